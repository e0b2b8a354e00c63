// The row of one application.
import { Bar } from "./bar.js";
import { button, copyButton, element, mark, write } from "./dom.js";
import { applicationLink, linkWithin, logsLink } from "./links.js";
import {
  cores,
  dateAndTime,
  duration,
  ending,
  facts,
  isAtWork,
  nameOf,
  number,
  roughly,
  since,
  verdictWord,
  work,
  workPath,
} from "./words.js";

const OLD_MILLIS = 6_000;
const NOT_VIEWABLE = "You may not view its progress";

/** What a row links to beside the live UI. */
const OTHER_PAGES = [
  {
    words: "event log",
    title: "Its event log, also if its driver does not respond",
    exists: ({ eventLog, state }) => eventLog && state !== "ended",
    link: (application) => linkWithin(application, "jobs/?live=false"),
  },
  {
    words: "logs",
    title: "The logs of its pods",
    exists: ({ logs }) => logs,
    link: logsLink,
  },
];

/** What a report says; its age changes with each response, and only the time shows it. */
function factsOf({ progress, ...application }) {
  const { ageMillis, ...rest } = progress ?? {};
  return JSON.stringify([application, progress && rest]);
}

export class Row {
  #cells = {};
  #toggle;
  #verdict = element("span", { class: "live-history-verdict" });
  #since = element("span", { class: "live-history-since" });
  #reason = element("a", { class: "live-history-reason" });
  #link = element("a");
  #others = new Map();
  #executors = element("a");
  #bar = new Bar();
  #work = element("a", { class: "live-history-work" });
  #facts = element("span", { class: "live-history-facts" });
  #age = element("span", { class: "live-history-age" });
  #application;
  #shown;
  #said;
  #starts;
  #text;
  #paths = new Map();
  element;

  constructor(application, columns, onToggle) {
    const { id } = application;
    mark(this.#link, "href", applicationLink(application));
    for (const column of columns) {
      this.#cells[column] =
        column === "name"
          ? element("th", { scope: "row", role: "rowheader" }, this.#link)
          : element("td", { role: "cell" });
      this.#cells[column].dataset.column = column;
    }
    this.#toggle = button({ class: "live-history-toggle", "aria-expanded": false }, onToggle);
    this.#cells.verdict.append(this.#toggle, this.#verdict, this.#since, this.#reason);
    // By keyboard, the id is copied in the details: each row has enough to step through.
    this.#cells.id.append(
      element("span", { class: "live-history-id" }, id),
      copyButton(id, { tabindex: -1 }),
    );
    this.#cells.executors.append(this.#executors);
    this.#cells.progress.append(
      element(
        "div",
        { class: "live-history-line" },
        this.#work,
        element("span", {}, this.#facts, this.#age),
      ),
    );
    this.element = element("tr", { role: "row", "data-id": id }, ...Object.values(this.#cells));
  }

  get application() {
    return this.#application;
  }

  get hasEnded() {
    return this.#application.state === "ended";
  }

  /** The text that a filter searches, in lower case. */
  get text() {
    const { name, id, user, namespace, reason: cause } = this.#application;
    this.#text ??= [name, id, user, namespace, this.#said, cause].join("\n").toLowerCase();
    return this.#text;
  }

  show(application) {
    if (application === this.#application) return;
    this.#application = application;
    // Most rows stay the same, and to compare is quicker than to write.
    const shown = factsOf(application);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#text = undefined;
    const { progress, started, verdict } = application;
    const name = nameOf(application);
    write(this.#link, name);
    mark(this.#link, "title", name);
    mark(this.#toggle, "aria-label", `Details of ${name}`);
    // Only a driver that runs has details.
    const hasDetails = application.viewable && !this.hasEnded && application.state !== "pending";
    mark(this.#toggle, "disabled", hasDetails ? undefined : "");
    for (const other of OTHER_PAGES) this.#showOther(other, name);
    for (const column of ["user", "namespace"]) {
      if (!this.#cells[column]) continue;
      write(this.#cells[column], application[column] ?? "");
      mark(this.#cells[column], "title", application[column]);
    }
    if (this.#starts !== started) write(this.#cells.started, dateAndTime(started));
    this.#starts = started;
    const executors = progress?.executors;
    this.#number("executors", this.#executors, executors === undefined ? executors : number(executors));
    this.#linkTo(this.#executors, progress && "executors/");
    this.#number("cores", this.#cells.cores, cores(progress));
    mark(this.#cells.executors, "data-unit", executors === 1 ? "executor" : "executors");
    mark(this.#cells.cores, "data-unit", progress?.cores === 1 ? "core" : "cores");
    this.#showBar(name);
    this.#said = work(application);
    mark(this.#work, "title", this.#explanation());
    this.#linkTo(this.#work, workPath(application));
    mark(this.#work, "data-job", progress?.job?.status);
    mark(this.#facts, "data-growing", progress?.stream?.growing ? "" : undefined);
    write(this.#verdict, verdictWord(verdict));
    // The progress says how an application has ended.
    const cause = this.hasEnded ? undefined : application.reason;
    write(this.#reason, cause ?? "");
    mark(this.#reason, "title", cause);
    this.#linkTo(this.#reason, application.reasonLink);
    mark(this.element, "data-state", application.state);
    mark(this.element, "data-verdict", verdict);
    mark(this.element, "class", this.hasEnded ? "live-history-ended" : undefined);
  }

  /** Shows what changes with the time alone. */
  tick(now, sinceResponse) {
    const { started, ended, progress } = this.#application;
    write(this.#cells.duration, duration((this.hasEnded ? ended : now) - started));
    write(this.#work, this.hasEnded ? ending(this.#application, now) : this.#said);
    write(this.#since, since(this.#application, now));
    const age = progress && !this.hasEnded ? progress.ageMillis + sinceResponse : 0;
    const old = age > OLD_MILLIS;
    write(this.#facts, facts(this.#application, now, old).join(" · "));
    write(this.#age, old ? `${roughly(age)} old` : "");
    mark(this.#cells.progress, "data-old", old ? "" : undefined);
  }

  /** Shows or removes the cell with the details. */
  expand(cell) {
    mark(this.#toggle, "aria-expanded", cell !== undefined);
    if (cell) this.element.append(cell);
  }

  // Only if the path has changed: to resolve a URL takes longer than all else in a row.
  #linkTo(place, path) {
    const wanted = this.hasEnded ? undefined : path;
    if (this.#paths.get(place) === wanted) return;
    this.#paths.set(place, wanted);
    mark(place, "href", linkWithin(this.#application, wanted));
  }

  #showOther({ words, title, exists, link }, name) {
    let shown = this.#others.get(words);
    if (!exists(this.#application)) {
      shown?.remove();
      return;
    }
    if (!shown) {
      shown = element("a", { class: "live-history-other", title }, words);
      this.#others.set(words, shown);
    }
    if (!shown.isConnected) {
      mark(shown, "href", link(this.#application));
      this.#cells.name.append(shown);
    }
    mark(shown, "aria-label", `${words[0].toUpperCase()}${words.slice(1)} of ${name}`);
  }

  #showBar(name) {
    const { progress } = this.#application;
    const tasks = progress?.tasks;
    if (!tasks) {
      this.#bar.element.remove();
      return;
    }
    const { total, done, active } = tasks;
    const isFinishing = progress.runningJobs > 0 && total > 0 && done >= total && active === 0;
    const isIdle = this.hasEnded || !isAtWork(this.#application);
    this.#bar.show(tasks, name, isIdle ? "idle" : isFinishing ? "finishing" : "running");
    if (!this.#bar.element.isConnected) this.#cells.progress.prepend(this.#bar.element);
  }

  // Text that may have no room in the row.
  #explanation() {
    if (this.hasEnded) return undefined;
    if (!this.#application.viewable) return NOT_VIEWABLE;
    const { job, query, stream } = this.#application.progress ?? {};
    return (job || query || stream) && this.#said;
  }

  #number(column, place, value) {
    const why = this.#application.viewable ? "Not known" : NOT_VIEWABLE;
    write(place, value ?? "–");
    mark(this.#cells[column], "title", value === undefined ? why : undefined);
  }
}
