// The table of running applications: asks the server what runs, shows it, and keeps it up to date.

// Where live UIs are: this file is in -/assets/ there. Its address has every prefix that a proxy adds.
const BASE = new URL("../../", import.meta.url);

const SECOND_LOOK_MILLIS = 700; // The first answer only sets the server asking the drivers.
const SHORTEST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 30_000;
const SPREAD_MILLIS = 250;
const TIMEOUT_MILLIS = 10_000;
const OLD_MILLIS = 6_000;
const GOOD_NEWS_MILLIS = 10_000;
const RESUME_PAUSE_MILLIS = 5_000;
const MANY = 10;
const CLOSED = "live-history-closed";
const NOT_VIEWABLE = "You may not view its progress";

// One for each prefix: one origin can have several History Servers. history-link.js has both too.
const CHANNEL = `live-history ${BASE.pathname}`;
const LOGGED_IN = "logged in";

// 401 and 403 (RFC 9110), the page of a captive portal (RFC 6585), and IIS's own "Login Time-out".
const LOGIN_STATUSES = [401, 403, 440, 511];
const COLUMNS = {
  name: "App Name",
  id: "App ID",
  user: "Spark User",
  namespace: "Namespace",
  started: "Started",
  duration: "Duration",
  executors: "Executors",
  cores: "Cores",
  progress: "Progress",
};

// ---- Words

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const two = (number) => String(number).padStart(2, "0");

function duration(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min ${seconds % 60} s`;
  if (hours < 24) return `${hours} h ${two(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function timeOfDay(date) {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}

function dateAndTime(millis) {
  const date = new Date(millis);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join("-");
  return `${day} ${timeOfDay(date)}`;
}

// A name may have nothing in it to see, and so nothing to click on.
function nameOf({ name, id }) {
  return /[^\s\p{C}]/u.test(name) ? name : id;
}

// Structured Streaming puts markup into what is else the user's own text.
function description(job) {
  return job.description?.replace(/\s*<br\s*\/?>\s*/gi, " · ").trim() || `Job ${job.id}`;
}

function work(application) {
  const { state, progress } = application;
  if (state === "starting") return "Starting";
  if (state === "no_ui") return "No UI";
  if (state === "auth_required") return "Driver requires login";
  if (!application.viewable) return "–";
  if (!progress) return "…";
  const { job, runningJobs } = progress;
  if (runningJobs > 0) {
    const first = job ? description(job) : "Job";
    return runningJobs > 1 ? `${first} and ${plural(runningJobs - 1, "more job")}` : first;
  }
  if (!job) return "Idle";
  return job.status === "succeeded" || job.status === "failed"
    ? `Idle; last job ${job.status}: ${description(job)}`
    : `Idle; last job: ${description(job)}`;
}

// In the words and the order of Spark's own bars.
function counts({ total, done, active, failed, killed, skipped }) {
  const some = (count, word) => (count > 0 ? ` (${count} ${word})` : "");
  return (
    `${done}/${total}` +
    some(active, "running") +
    some(failed, "failed") +
    some(killed, "killed") +
    some(skipped, "skipped")
  );
}

function countsInWords({ total, done, active, failed, killed, skipped }) {
  const some = (count, word) => (count > 0 ? `, ${count} ${word}` : "");
  return (
    `${done} of ${plural(total, "task")} done` +
    some(active, "running") +
    some(failed, "failed") +
    some(killed, "killed") +
    some(skipped, "skipped")
  );
}

// ---- The document: written to only where something changes

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function mark(node, attribute, value) {
  const text = value === undefined ? null : String(value);
  if (node.getAttribute(attribute) === text) return;
  if (text === null) node.removeAttribute(attribute);
  else node.setAttribute(attribute, text);
}

function hide(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/** What is said of one application's tasks. */
class Bar {
  #done = element("div", { class: "live-history-done" });
  #active = element("div", { class: "live-history-active" });
  #text = element("span", { class: "live-history-counts" });
  #shown;
  element = element(
    "div",
    { class: "live-history-bar", role: "progressbar", "aria-valuemin": 0 },
    this.#done,
    this.#active,
    this.#text,
  );

  show(tasks, name) {
    const shown = `${counts(tasks)} ${name}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const share = (count) => `${tasks.total > 0 ? (100 * count) / tasks.total : 0}%`;
    mark(this.element, "aria-label", `Tasks of ${name}`);
    mark(this.element, "aria-valuemax", tasks.total);
    mark(this.element, "aria-valuenow", tasks.done);
    for (const attribute of ["aria-valuetext", "title"]) {
      mark(this.element, attribute, countsInWords(tasks));
    }
    for (const count of ["active", "failed", "killed", "skipped"]) {
      mark(this.element, `data-${count}`, tasks[count]);
    }
    this.#done.style.width = share(tasks.done);
    this.#active.style.width = share(tasks.active);
    write(this.#text, counts(tasks));
  }
}

/** One application. */
class Row {
  #cells = {};
  #link = element("a");
  #eventLog = element(
    "a",
    { class: "live-history-event-log", title: "Its event log, also if its driver does not respond" },
    "event log",
  );
  #bar = new Bar();
  #work = element("span", { class: "live-history-work" });
  #age = element("span", { class: "live-history-age" });
  #application;
  #said;
  #starts;
  element;

  constructor(id, columns) {
    for (const column of columns) {
      this.#cells[column] =
        column === "name"
          ? element("th", { scope: "row", role: "rowheader" }, this.#link)
          : element("td", { role: "cell" });
      this.#cells[column].dataset.column = column;
    }
    this.#cells.progress.append(
      element("div", { class: "live-history-line" }, this.#work, this.#age),
    );
    this.element = element("tr", { role: "row", "data-id": id }, ...Object.values(this.#cells));
  }

  get hasEnded() {
    return this.#application.state === "ended";
  }

  show(application) {
    this.#application = application;
    const { progress, started } = application;
    const name = nameOf(application);
    write(this.#link, name);
    mark(this.#link, "href", new URL(`${application.id}/`, BASE).href);
    if (application.eventLog) {
      mark(this.#eventLog, "href", new URL(`${application.id}/jobs/?live=false`, BASE).href);
      mark(this.#eventLog, "aria-label", `Event log of ${name}`);
      if (!this.#eventLog.isConnected) this.#cells.name.append(this.#eventLog);
    } else {
      this.#eventLog.remove();
    }
    for (const column of ["id", "user", "namespace"]) {
      if (this.#cells[column]) write(this.#cells[column], application[column] ?? "");
    }
    if (this.#starts !== started) write(this.#cells.started, dateAndTime(started));
    this.#starts = started;
    this.#number("executors", progress?.executors);
    this.#number("cores", progress?.cores);
    if (progress?.tasks) {
      this.#bar.show(progress.tasks, name);
      if (!this.#bar.element.isConnected) this.#cells.progress.prepend(this.#bar.element);
    } else {
      this.#bar.element.remove();
    }
    this.#said = work(application);
    mark(this.#work, "title", this.#explanation());
    mark(this.element, "data-state", application.state);
    mark(this.#work, "data-job", progress?.job?.status);
    mark(this.element, "class", this.hasEnded ? "live-history-ended" : undefined);
  }

  /** What changes with the time alone. */
  tick(now, sinceAnswer) {
    const { started, ended, progress } = this.#application;
    write(this.#cells.duration, duration((this.hasEnded ? ended : now) - started));
    write(
      this.#work,
      this.hasEnded
        ? `Ended ${duration(now - ended)} ago; its history is not available yet`
        : this.#said,
    );
    const age = progress && !this.hasEnded ? progress.ageMillis + sinceAnswer : 0;
    const old = age > OLD_MILLIS;
    write(this.#age, old ? `${duration(age)} ago` : "");
    mark(this.#cells.progress, "data-old", old ? "" : undefined);
  }

  matches(wanted) {
    const { name, id, user, namespace } = this.#application;
    return [name, id, user, namespace, this.#said].join("\n").toLowerCase().includes(wanted);
  }

  // What there is no room for.
  #explanation() {
    if (this.hasEnded) return undefined;
    if (!this.#application.viewable) return NOT_VIEWABLE;
    return this.#application.progress?.job && this.#said;
  }

  #number(column, value) {
    const why = this.#application.viewable ? "Not known" : NOT_VIEWABLE;
    write(this.#cells[column], value === undefined ? "–" : String(value));
    mark(this.#cells[column], "title", value === undefined ? why : undefined);
  }
}

/** All applications. */
class Table {
  #rows = new Map();
  #columns = [];
  #filtered = false;
  // Rows are laid out as grids, and some browsers then forget what these elements are.
  #head = element("tr", { role: "row" });
  #body = element("tbody", { role: "rowgroup" });
  element = element(
    "table",
    { class: "table", role: "table", "aria-label": "Running applications" },
    element("thead", { role: "rowgroup" }, this.#head),
    this.#body,
  );

  show(applications) {
    this.#arrange(applications.some(({ namespace }) => namespace));
    const states = new Map(applications.map(({ id, state }) => [id, state]));
    for (const [id, row] of this.#rows) {
      // One that has just ended goes first, so that it moves instead of all that were below it.
      if (row.hasEnded !== (states.get(id) === "ended")) row.element.remove();
      if (!states.has(id)) {
        row.element.remove();
        this.#rows.delete(id);
      }
    }
    let place = this.#body.firstChild;
    for (const application of applications) {
      const row = this.#row(application);
      if (row.element === place) place = place.nextSibling;
      else this.#body.insertBefore(row.element, place);
    }
  }

  tick(now, sinceAnswer) {
    this.#rows.forEach((row) => row.tick(now, sinceAnswer));
  }

  get size() {
    return this.#rows.size;
  }

  /** Shows only what matches, and says how many that are. */
  filter(text) {
    const wanted = text.trim().toLowerCase();
    if (wanted === "" && !this.#filtered) return this.size;
    this.#filtered = wanted !== "";
    let shown = 0;
    for (const row of this.#rows.values()) {
      const matches = row.matches(wanted);
      hide(row.element, !matches);
      shown += matches;
    }
    return shown;
  }

  #row(application) {
    const row = this.#rows.get(application.id) ?? new Row(application.id, this.#columns);
    this.#rows.set(application.id, row);
    row.show(application);
    return row;
  }

  #arrange(withNamespaces) {
    const columns = Object.keys(COLUMNS).filter((name) => withNamespaces || name !== "namespace");
    if (columns.length === this.#columns.length) return;
    this.#columns = columns;
    mark(this.element, "data-namespaces", withNamespaces);
    this.#head.replaceChildren(
      ...columns.map((name) =>
        element("th", { scope: "col", role: "columnheader", "data-column": name }, COLUMNS[name]),
      ),
    );
    this.#body.replaceChildren();
    this.#rows.clear();
  }
}

// Ended applications come last; the home page has them in the History Server's own table.
function inOrder(applications, onHomePage) {
  const running = applications.filter(({ state }) => state !== "ended");
  const ended = applications.filter(({ state }) => state === "ended");
  return { running, all: onHomePage ? running : [...running, ...ended] };
}

/** What the person sees in the section. */
class View {
  #onHomePage;
  #table = new Table();
  #count = element("span", { class: "live-history-count" });
  #status = element("div", { class: "live-history-status", role: "status" });
  #none = element("p", { class: "live-history-none" }, "Loading running applications …");
  #found = element("span", { id: "live-history-found" });
  #filter = element("input", {
    type: "search",
    class: "form-control form-control-sm",
    "aria-describedby": "live-history-found",
  });
  #tools = element(
    "div",
    { class: "live-history-tools", hidden: "" },
    this.#found,
    element("label", {}, "Filter:", this.#filter),
  );
  #rows = element("div", { class: "live-history-rows", hidden: "" }, this.#table.element);
  #details = element("details", { open: "" });
  #answer;
  #received;

  constructor(section) {
    this.#onHomePage = section.dataset.place === "home";
    const content = [this.#none, this.#tools, this.#rows];
    const parts = this.#onHomePage ? this.#foldable(content) : [this.#heading("h1"), ...content];
    section.replaceChildren(this.#status, ...parts);
    this.#filter.addEventListener("input", () => this.#applyFilter());
    this.#filter.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.#filter.value = "";
      this.#applyFilter();
    });
  }

  show(answer) {
    this.#answer = answer;
    this.#received = performance.now();
    const { running, all } = inOrder(answer.applications, this.#onHomePage);
    this.#table.show(all);
    this.tick();
    this.#applyFilter();
    write(this.#count, `(${running.length})`);
    write(this.#none, "No application is running.");
    hide(this.#none, running.length > 0);
    hide(this.#rows, all.length === 0);
    hide(this.#tools, all.length <= MANY && this.#filter.value === "");
    this.#confine(this.#onHomePage && all.length > MANY);
  }

  tick() {
    if (!this.#answer || !this.isOpen) return;
    const sinceAnswer = performance.now() - this.#received;
    this.#table.tick(this.#answer.asOf + sinceAnswer, sinceAnswer);
  }

  /** Says what has become of the server, once. */
  say(text, ...more) {
    if (this.#status.firstChild?.data === text) return;
    this.#status.replaceChildren(...(text ? [text, ...more] : []));
  }

  /** Shows the last answer, if there was one, and announces no other. */
  stopWaiting() {
    if (!this.#answer) hide(this.#none, true);
  }

  get isOpen() {
    return this.#details.open;
  }

  onOpen(action) {
    this.#details.addEventListener("toggle", () => this.isOpen && action());
  }

  #heading(level) {
    const heading = element(level, {}, "Running now");
    return element(this.#onHomePage ? "summary" : "header", {}, heading, this.#count);
  }

  #foldable(content) {
    this.#details.append(this.#heading("h4"), ...content);
    this.#details.open = !remembered();
    this.#details.addEventListener("toggle", () => {
      remember(!this.isOpen);
      this.tick();
    });
    // Beside the summary: within, it would be a control in a control.
    const link = element("a", {
      class: "live-history-overview",
      href: BASE.href,
      "aria-label": "Running now as a page of its own",
    });
    link.append("as a page of its own");
    return [link, this.#details];
  }

  #applyFilter() {
    const shown = this.#table.filter(this.#filter.value);
    write(this.#found, this.#filter.value.trim() ? `${shown} of ${this.#table.size}` : "");
  }

  // So that Spark's own table stays in reach.
  #confine(confined) {
    mark(this.#rows, "role", confined ? "region" : undefined);
    mark(this.#rows, "aria-label", confined ? "Running applications, scrollable" : undefined);
    mark(this.#rows, "tabindex", confined ? 0 : undefined);
  }
}

// Storage can be forbidden, and throws then.
function remembered() {
  try {
    return localStorage.getItem(CLOSED) === "true";
  } catch {
    return false;
  }
}

function remember(closed) {
  try {
    localStorage.setItem(CLOSED, String(closed));
  } catch {
    // It opens again next time.
  }
}

// ---- Asking

class LoggedOut extends Error {}

/**
 * Tells the other tabs of this browser that a login is there, and receives the same from them.
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
      // Some browsers have none, or forbid it: there the button remains.
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

// Without a login, oauth2-proxy responds to the first header with 401, and mod_auth_openidc to the
// second: neither begins a login then, whose cookie would replace that of another tab.
const HEADERS = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };

async function ask(url) {
  const response = await fetch(url, {
    headers: HEADERS,
    credentials: "same-origin",
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MILLIS),
  });
  return answerOf(response);
}

/**
 * The list of applications. An outage has an error status, or breaks off; any other response in
 * place of the list comes from a login, also as a page with status 200.
 */
async function answerOf(response) {
  const { status, type } = response;
  if (type === "opaqueredirect" || LOGIN_STATUSES.includes(status)) throw new LoggedOut();
  if (status >= 400) throw new Error(`status ${status}`);
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw new LoggedOut();
  const answer = parsed(await response.text());
  if (!Array.isArray(answer?.applications)) throw new LoggedOut();
  return answer;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Spread, so that pages do not poll all at once.
function pollDelay(refreshMillis, random = Math.random()) {
  const delay = Math.max(SHORTEST_PAUSE_MILLIS, refreshMillis || 0);
  return Math.min(LONGEST_PAUSE_MILLIS, delay) + random * SPREAD_MILLIS;
}

function retryDelay(failures) {
  return Math.min(LONGEST_PAUSE_MILLIS, 1000 * 2 ** failures);
}

/**
 * Asks again and again, one request at a time, while the page is seen and the user is logged in.
 *
 * After the first sign of a lost login it sends nothing by itself. A filter that redirects to a
 * login starts one with each request: its cookie replaces that of the login that the user has just
 * begun in another tab, and that login then fails. Requests go on if another tab has a login.
 */
class Watch {
  #section;
  #view;
  #logins = new Logins(() => this.#invite());
  #state = "loading";
  #failures = 0;
  #lostSince;
  #lastAnswer;
  #eager = true;
  #asking = false;
  #timer;
  #announces = true;
  #invited = false;
  #resumesAt = 0;

  constructor(section) {
    this.#section = section;
    this.#view = new View(section);
  }

  start() {
    document.addEventListener("visibilitychange", () => this.#look());
    this.#view.onOpen(() => this.#look());
    setInterval(() => document.hidden || this.#view.tick(), 1000);
    this.#logins.open();
    // Browsers keep no page for "Back" that has a channel, or drop it at the first message.
    addEventListener("pagehide", () => this.#logins.close());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#restore());
    this.#look();
  }

  #look() {
    this.#eager = true;
    this.#tell();
    this.#plan(0);
  }

  /** The user has come back to this page: that is as good as loading it. */
  #restore() {
    this.#logins.open();
    this.#announces = true;
    this.#invited = true;
    this.#look();
  }

  /** Another tab has a login. A request that is under way may be from before it. */
  #invite() {
    if (this.#state !== "logged-out" && !this.#asking) return;
    this.#invited = true;
    this.#plan(0);
  }

  /** Plans the next request, if there may be one: each comes by this way. */
  #plan(pause) {
    clearTimeout(this.#timer);
    if (document.hidden || this.#asking) return;
    let wait = pause;
    if (this.#state === "logged-out") {
      if (!this.#invited) return;
      wait = this.#resumesAt - performance.now();
    }
    if (wait > 0) this.#timer = setTimeout(() => this.#ask(), wait);
    else this.#ask();
  }

  async #ask() {
    this.#asking = true;
    this.#invited = false;
    if (this.#state === "logged-out") this.#resumesAt = performance.now() + RESUME_PAUSE_MILLIS;
    const asked = new Date();
    let pause;
    try {
      const answer = await ask(new URL("-/applications", BASE).href);
      this.#view.show(answer);
      pause = this.#answered(answer);
    } catch (failure) {
      pause = this.#failed(failure, asked);
    }
    this.#asking = false;
    this.#tell();
    this.#plan(pause);
  }

  #answered({ refreshMillis }) {
    if (this.#state === "lost") this.#sayForAWhile("The History Server responds again.");
    if (this.#state === "logged-out") this.#sayForAWhile("You are logged in again.");
    this.#state = "ready";
    this.#failures = 0;
    this.#lostSince = undefined;
    this.#lastAnswer = new Date();
    // Not after each message of another tab: two tabs would keep each other going.
    if (this.#announces) this.#logins.announce();
    this.#announces = false;
    if (this.#eager) {
      this.#eager = false;
      return SECOND_LOOK_MILLIS;
    }
    return this.#view.isOpen ? pollDelay(refreshMillis) : LONGEST_PAUSE_MILLIS;
  }

  #failed(failure, asked) {
    if (failure instanceof LoggedOut) return this.#loggedOut();
    this.#state = "lost";
    this.#lostSince ??= asked;
    const since = timeOfDay(this.#lostSince);
    this.#view.say(`No response from the History Server since ${since}. Trying again.`);
    this.#failures += 1;
    return retryDelay(this.#failures);
  }

  #loggedOut() {
    this.#state = "logged-out";
    this.#failures = 0;
    this.#lostSince = undefined;
    // Loading the page is what a login can redirect, and come back to.
    const logIn = element("button", { type: "button" }, "Log in");
    logIn.addEventListener("click", () => location.reload());
    this.#view.stopWaiting();
    this.#view.say(
      this.#lastAnswer
        ? `You are no longer logged in. Last update at ${timeOfDay(this.#lastAnswer)}. `
        : "You are not logged in. Running applications are not shown. ",
      logIn,
    );
    return 0;
  }

  #sayForAWhile(news) {
    this.#view.say(news);
    setTimeout(() => this.#state === "ready" && this.#view.say(""), GOOD_NEWS_MILLIS);
  }

  #tell() {
    mark(this.#section, "data-state", document.hidden ? "paused" : this.#state);
  }
}

// Unit tests import this module outside a browser.
if (globalThis.document) new Watch(document.getElementById("live-history")).start();

export {
  LoggedOut,
  Table,
  View,
  Watch,
  answerOf,
  counts,
  countsInWords,
  dateAndTime,
  description,
  duration,
  inOrder,
  nameOf,
  plural,
  pollDelay,
  retryDelay,
  timeOfDay,
  work,
};
