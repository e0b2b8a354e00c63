// Requests a log, and continues it after each end of a response while the container runs: a server
// ends the response of a quiet log after some seconds.
import { Place, Splitter, wholeSecond } from "./lines.js";

const PAUSE = 1000;
const RETRY = 5000;

/** How many of the last lines the page requests at first. */
export const TAIL = 5000;

const wait = (millis, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

async function messageOf(response) {
  try {
    const { error, message } = await response.json();
    return message ? `${error}. ${message}` : `Status ${response.status}`;
  } catch {
    return `Status ${response.status}`;
  }
}

/**
 * A log that is being read.
 *
 * @param source `{ address, container, previous, follow, since }`
 * @param on `{ lines(lines), state(text, isError), isRunning() }`
 */
export class LogStream {
  #source;
  #on;
  #place = new Place();
  #abort = new AbortController();

  constructor(source, on) {
    this.#source = source;
    this.#on = on;
  }

  stop() {
    this.#abort.abort();
  }

  async run() {
    const { signal } = this.#abort;
    let follow = this.#source.follow;
    while (!signal.aborted) {
      const next = await this.#read(follow).catch((failure) => this.#failed(failure));
      if (signal.aborted || next === "stop") return;
      if (!this.#source.follow || (next === "end" && !follow)) {
        this.#on.state("End of the log", false);
        return;
      }
      // The last request of a container that has ended reads the rest, and ends by itself.
      if (next === "end") follow = await this.#on.isRunning(signal);
      await wait(next === "retry" ? RETRY : PAUSE, signal);
    }
  }

  #failed(failure) {
    if (this.#abort.signal.aborted) return "stop";
    this.#on.state(`The connection was lost: ${failure.message}`, true);
    return this.#source.follow ? "retry" : "stop";
  }

  async #read(follow) {
    const { signal } = this.#abort;
    const response = await fetch(this.#address(follow), {
      signal,
      cache: "no-store",
      redirect: "manual",
    });
    if (response.type === "opaqueredirect" || response.status === 401) {
      // A request by itself could break a login in another tab.
      this.#on.state("The login has ended. Please load the page again.", true);
      return "stop";
    }
    if (!response.ok) {
      this.#on.state(await messageOf(response), true);
      const mayFollow = this.#source.follow && [409, 502, 503, 504].includes(response.status);
      return mayFollow ? "retry" : "stop";
    }
    this.#on.state(follow ? "Following" : "Loading", false);
    await this.#readLines(response.body.pipeThrough(new TextDecoderStream()).getReader(), follow);
    return "end";
  }

  // A line without an end is read again when the log continues; so it is shown only at the end.
  async #readLines(reader, follow) {
    const splitter = new Splitter();
    this.#place.restart();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      this.#show(splitter.push(part.value));
    }
    const last = splitter.end();
    if (last && !follow) this.#show([last]);
  }

  #show(lines) {
    const shown = [];
    for (const { text, dropped } of lines) {
      const line = this.#place.next(text);
      if (line) shown.push({ ...line, dropped });
    }
    if (shown.length > 0) this.#on.lines(shown);
  }

  #address(follow) {
    const { address, container, previous, since } = this.#source;
    const query = new URLSearchParams({ timestamps: "true" });
    if (container) query.set("container", container);
    if (previous) query.set("previous", "true");
    else if (follow) query.set("follow", "true");
    const from = this.#place.time || since;
    if (from) query.set("sinceTime", wholeSecond(from));
    else query.set("tail", String(TAIL));
    return `${address}?${query}`;
  }
}
