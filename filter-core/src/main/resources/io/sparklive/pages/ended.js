// The applications that have ended recently, with their results; on the overview page only.
import { element, hide, mark, write } from "./dom.js";
import { applicationLink, logsLink } from "./links.js";
import { matcher } from "./model.js";
import { dateAndTime, nameOf, roughly } from "./words.js";

const COLUMNS = {
  name: "App Name",
  user: "Spark User",
  namespace: "Namespace",
  ended: "Ended",
  result: "Result",
  reason: "Reason",
  history: "History",
};

const HISTORIES = { incomplete: "not complete yet", none: "no event log" };

// How the driver ended, and why the last job failed.
function causeOf({ endText, reason: failure }) {
  return [endText, failure].filter(Boolean).join(" · ") || undefined;
}

class EndedRow {
  #cells = {};
  #application;
  #ago = element("span", { class: "live-history-age" });
  element = element("tr");

  constructor() {
    for (const column of Object.keys(COLUMNS)) {
      const name = column === "name" ? "th" : "td";
      this.#cells[column] = element(name, column === "name" ? { scope: "row" } : {});
      this.#cells[column].dataset.ended = column;
      this.element.append(this.#cells[column]);
    }
  }

  show(application, asOf) {
    const changed = JSON.stringify(this.#application) !== JSON.stringify(application);
    this.#application = application;
    write(this.#ago, `${roughly(Math.max(10_000, asOf - application.ended))} ago`);
    if (!changed) return;
    const { viewable, result = "unknown", history } = application;
    const name = nameOf(application);
    this.#cells.name.replaceChildren(name);
    mark(this.#cells.name, "title", `${name} (${application.id})`);
    for (const column of ["user", "namespace"]) {
      write(this.#cells[column], application[column] ?? "");
    }
    this.#cells.ended.replaceChildren(`${dateAndTime(application.ended)} `, this.#ago);
    write(this.#cells.result, viewable ? result : "–");
    mark(this.#cells.result, "data-result", viewable ? result : undefined);
    const cause = causeOf(application);
    write(this.#cells.reason, cause ?? "");
    mark(this.#cells.reason, "title", cause);
    this.#cells.history.replaceChildren(
      history === "complete"
        ? element("a", { href: applicationLink(application) }, "history")
        : (HISTORIES[history] ?? "–"),
    );
    if (application.logs) {
      const attributes = {
        href: logsLink(application),
        class: "live-history-other",
        "aria-label": `Logs of ${name}`,
      };
      this.#cells.history.append(element("a", attributes, "logs"));
    }
  }

  matches(matches) {
    const { name, id, user, namespace, result } = this.#application;
    const text = [name, id, user, namespace, result, causeOf(this.#application)].join("\n").toLowerCase();
    return !matches || matches(this.#application, text);
  }
}

export class RecentlyEnded {
  #rows = new Map();
  #body = element("tbody");
  #heading = element("h2", {}, "Recently ended");
  #none = element("p", { class: "live-history-no-ended" }, "Loading …");
  #table = element(
    "table",
    { class: "table", "aria-label": "Recently ended applications", hidden: "" },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...Object.entries(COLUMNS).map(([name, title]) =>
          element("th", { scope: "col", "data-ended": name }, title),
        ),
      ),
    ),
    this.#body,
  );
  element = element(
    "details",
    { class: "live-history-recently-ended" },
    element("summary", {}, this.#heading),
    this.#none,
    element("div", { class: "live-history-ended-rows" }, this.#table),
  );
  #filter = "";
  #isLoaded = false;

  get isOpen() {
    return this.element.open;
  }

  /** Shows a response; most responses do not contain the ended applications. */
  show({ recentlyEnded, asOf }) {
    if (!recentlyEnded) return;
    this.#isLoaded = true;
    const key = ({ id, attemptId, ended }) => `${id} ${attemptId} ${ended}`;
    const before = this.#rows;
    this.#rows = new Map();
    for (const application of recentlyEnded) {
      const row = before.get(key(application)) ?? new EndedRow();
      row.show(application, asOf);
      this.#rows.set(key(application), row);
    }
    const elements = [...this.#rows.values()].map((row) => row.element);
    const same = elements.every((row, i) => row === this.#body.childNodes[i]);
    if (!same || elements.length !== this.#body.childNodes.length) {
      this.#body.replaceChildren(...elements);
    }
    hide(this.#table, elements.length === 0);
    mark(this.#table, "data-namespaces", recentlyEnded.some(({ namespace }) => namespace));
    this.filter(this.#filter);
  }

  filter(text) {
    this.#filter = text;
    // Ended applications have a result and no verdict.
    const matches = matcher(text, ["verdict"]);
    let shown = 0;
    for (const row of this.#rows.values()) {
      const found = row.matches(matches);
      hide(row.element, !found);
      shown += found;
    }
    if (!this.#isLoaded) return;
    write(
      this.#none,
      matches && this.#rows.size > 0
        ? "No ended application matches the filter."
        : "No application has ended recently.",
    );
    hide(this.#none, shown > 0);
  }
}
