// Polls the list of applications, and stops if the login is lost.
import { button, mark } from "./dom.js";
import { BASE } from "./links.js";
import { LoggedOut, readList, request } from "./requests.js";
import { timeOfDay } from "./words.js";

// The first request only makes the filter poll the drivers.
const SECOND_REQUEST_MILLIS = 700;
const SHORTEST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 30_000;
const SPREAD_MILLIS = 250;
const TIMEOUT_MILLIS = 10_000;
const GOOD_NEWS_MILLIS = 10_000;
const RESUME_PAUSE_MILLIS = 5_000;
const ENDED_PAUSE_MILLIS = 10_000;

// One for each prefix: one origin can have several History Servers. history-link.js has both too.
const CHANNEL = `live-history ${BASE.pathname}`;
const LOGGED_IN = "logged in";

/**
 * Reports a login to the other tabs of this browser, and receives their reports.
 *
 * The script of any driver runs on this origin and can send the message too. It gains nothing: the
 * message makes a page that has lost its login send one request in five seconds, and the script can
 * send that request itself as often as it likes.
 */
class Logins {
  #channel;
  #onLogin;

  constructor(onLogin) {
    this.#onLogin = onLogin;
  }

  open() {
    try {
      this.#channel = new BroadcastChannel(CHANNEL);
      this.#channel.onmessage = ({ data }) => data === LOGGED_IN && this.#onLogin();
    } catch {
      // Some browsers have no channels, or forbid them: there the button remains.
    }
  }

  close() {
    this.#channel?.close();
    this.#channel = undefined;
  }

  announce() {
    this.#channel?.postMessage(LOGGED_IN);
  }
}

// Spread, so that pages do not poll all at once.
export function pollDelay(refreshMillis, random = Math.random()) {
  const delay = Math.max(SHORTEST_PAUSE_MILLIS, refreshMillis || 0);
  return Math.min(LONGEST_PAUSE_MILLIS, delay) + random * SPREAD_MILLIS;
}

export function retryDelay(failures) {
  return Math.min(LONGEST_PAUSE_MILLIS, 1000 * 2 ** failures);
}

/**
 * Polls, one request at a time, while the page is visible and the user is logged in.
 *
 * After the first sign of a lost login it sends nothing by itself. A filter that redirects to a
 * login starts one with each request: its cookie replaces that of the login that the user has just
 * begun in another tab, and that login then fails. Requests go on if another tab has a login.
 */
export class Poller {
  #section;
  #view;
  #logins = new Logins(() => this.#resume());
  #state = "loading";
  #failures = 0;
  #lostSince;
  #lastResponse;
  #eager = true;
  #pending = false;
  #timer;
  #announces = true;
  #mayResume = false;
  #resumesAt = 0;
  #endedAt = -ENDED_PAUSE_MILLIS;

  constructor(section, view) {
    this.#section = section;
    this.#view = view;
  }

  start() {
    document.addEventListener("visibilitychange", () => this.#pollNow());
    this.#view.onOpen(() => this.#pollNow());
    setInterval(() => this.#tick(), 1000);
    this.#logins.open();
    // Browsers keep no page for "Back" that has a channel, or drop it at the first message.
    addEventListener("pagehide", () => this.#logins.close());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#restore());
    this.#pollNow();
  }

  // While the server is away, no time goes on counting: the list is as of the last response.
  #tick() {
    if (!document.hidden && this.#state === "ready") this.#view.tick();
  }

  #pollNow() {
    this.#eager = true;
    this.#showState();
    this.#schedule(0);
  }

  /** The user has come back to this page: this is the same as loading it. */
  #restore() {
    this.#logins.open();
    this.#announces = true;
    this.#mayResume = true;
    this.#pollNow();
  }

  /** Another tab has a login. A request that is under way may be from before it. */
  #resume() {
    if (this.#state !== "logged-out" && !this.#pending) return;
    this.#mayResume = true;
    this.#schedule(0);
  }

  /** Schedules the next request, if one may be sent. Each request is scheduled here. */
  #schedule(pause) {
    clearTimeout(this.#timer);
    if (document.hidden || this.#pending) return;
    let wait = pause;
    if (this.#state === "logged-out") {
      if (!this.#mayResume) return;
      wait = this.#resumesAt - performance.now();
    }
    if (wait > 0) this.#timer = setTimeout(() => this.#poll(), wait);
    else this.#poll();
  }

  async #poll() {
    this.#pending = true;
    this.#mayResume = false;
    if (this.#state === "logged-out") this.#resumesAt = performance.now() + RESUME_PAUSE_MILLIS;
    const sent = new Date();
    let pause;
    try {
      const list = await readList(
        await request(this.#url(), AbortSignal.timeout(TIMEOUT_MILLIS)),
      );
      this.#view.show(list);
      pause = this.#succeeded(list);
    } catch (failure) {
      pause = this.#failed(failure, sent);
    }
    this.#pending = false;
    this.#showState();
    this.#schedule(pause);
  }

  // Ended applications are in the response only if the user has them open, and rarely.
  #url() {
    const url = new URL("-/applications", BASE);
    const now = performance.now();
    if (this.#view.wantsEnded && now - this.#endedAt >= ENDED_PAUSE_MILLIS) {
      this.#endedAt = now;
      url.search = "recentlyEnded=true";
    }
    return url.href;
  }

  #succeeded({ refreshMillis }) {
    if (this.#state === "lost") this.#sayForAWhile("The History Server responds again.");
    if (this.#state === "logged-out") this.#sayForAWhile("You are logged in again.");
    this.#state = "ready";
    this.#failures = 0;
    this.#lostSince = undefined;
    this.#lastResponse = new Date();
    // Not after each message of another tab: two tabs would go on sending messages to each other.
    if (this.#announces) this.#logins.announce();
    this.#announces = false;
    if (this.#eager) {
      this.#eager = false;
      return SECOND_REQUEST_MILLIS;
    }
    return this.#view.isOpen ? pollDelay(refreshMillis) : LONGEST_PAUSE_MILLIS;
  }

  #failed(failure, sent) {
    this.#endedAt = -ENDED_PAUSE_MILLIS;
    if (failure instanceof LoggedOut) return this.#loggedOut();
    this.#state = "lost";
    this.#lostSince ??= sent;
    const since = timeOfDay(this.#lostSince);
    this.#view.say(`No response from the History Server since ${since}. Trying again.`);
    this.#failures += 1;
    return retryDelay(this.#failures);
  }

  #loggedOut() {
    this.#state = "logged-out";
    this.#failures = 0;
    this.#lostSince = undefined;
    // A login can redirect the loading of the page, and return to it.
    const logIn = button({}, () => location.reload(), "Log in");
    this.#view.stopWaiting();
    this.#view.say(
      this.#lastResponse
        ? `You are no longer logged in. Last update at ${timeOfDay(this.#lastResponse)}. `
        : "You are not logged in. Running applications are not shown. ",
      logIn,
    );
    return 0;
  }

  #sayForAWhile(news) {
    this.#view.say(news);
    setTimeout(() => this.#state === "ready" && this.#view.say(""), GOOD_NEWS_MILLIS);
  }

  #showState() {
    mark(this.#section, "data-state", document.hidden ? "paused" : this.#state);
    this.#view.isLoggedOut = this.#state === "logged-out";
  }
}
