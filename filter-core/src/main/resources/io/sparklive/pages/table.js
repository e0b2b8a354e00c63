// The table of all applications, in groups if the user wants them.
import { Details } from "./details.js";
import { button, element, hide, mark, write } from "./dom.js";
import { DEFAULT_SORT, grouped, unmoved, sums, sumsText } from "./model.js";
import { Row } from "./row.js";

const TITLES = {
  verdict: "Verdict",
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

/** The line above the applications of a group; it folds them. */
class Group {
  #name = element("span", { class: "live-history-group-name" });
  #sums = element("span", { class: "live-history-sums" });
  #toggle;
  applications = [];
  isOpen = true;
  element;

  constructor(name, onToggle) {
    this.#toggle = button(
      { "aria-expanded": true },
      () => {
        this.isOpen = !this.isOpen;
        mark(this.#toggle, "aria-expanded", this.isOpen);
        onToggle();
      },
      this.#name,
    );
    write(this.#name, name);
    const head = element("th", { scope: "rowgroup", role: "rowheader" }, this.#toggle, this.#sums);
    this.element = element("tr", { role: "row", class: "live-history-group" }, head);
  }

  show(applications) {
    write(this.#sums, applications.length > 0 ? sumsText(sums(applications)) : "");
    hide(this.element, applications.length === 0);
  }
}

export class Table {
  #rows = new Map();
  #groups = new Map();
  #columns = [];
  #matches;
  #onSort;
  #details = new Details();
  #opened;
  // Rows are laid out as grids, and some browsers then ignore the roles of these elements.
  #head = element("tr", { role: "row" });
  #heads = {};
  #body = element("tbody", { role: "rowgroup" });
  element = element(
    "table",
    { class: "table", role: "table", "aria-label": "Running applications" },
    element("thead", { role: "rowgroup" }, this.#head),
    this.#body,
  );

  /**
   * @param onSort receives the column whose head the user clicks
   */
  constructor(onSort = () => {}) {
    this.#onSort = onSort;
  }

  set isLoggedOut(loggedOut) {
    this.#details.isLoggedOut = loggedOut;
  }

  /** Shows applications in their order, or in groups. */
  show(applications, groupBy, sort = DEFAULT_SORT) {
    this.#arrange(applications.some(({ namespace }) => namespace));
    this.#showSort(sort);
    const present = new Set(applications.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (present.has(id)) continue;
      if (row === this.#opened) this.#close();
      row.element.remove();
      this.#rows.delete(id);
    }
    const elements = [];
    const unused = new Set(this.#groups.keys());
    for (const group of grouped(applications, groupBy, sort)) {
      const shown = this.#group(group);
      if (shown) elements.push(shown.element);
      unused.delete(group.key);
      for (const application of group.applications) {
        elements.push(this.#row(application).element);
      }
    }
    for (const key of unused) {
      this.#groups.get(key).element.remove();
      this.#groups.delete(key);
    }
    this.#place(elements);
  }

  tick(now, sinceResponse) {
    this.#rows.forEach((row) => row.tick(now, sinceResponse));
  }

  get size() {
    return this.#rows.size;
  }

  /** The rows that can be seen, in their order. */
  get visible() {
    return [...this.#body.childNodes].filter((row) => !row.hidden);
  }

  /**
   * Hides the rows that do not match.
   *
   * @param matches tests an application and its text; undefined if all match
   * @return the applications that match
   */
  filter(matches) {
    this.#matches = matches;
    const matching = [];
    for (const row of this.#rows.values()) {
      const found = !matches || matches(row.application, row.text);
      if (found) matching.push(row.application);
      hide(row.element, !found);
    }
    if (this.#groups.size > 0) this.#filterGroups(new Set(matching));
    return matching;
  }

  #filterGroups(matching) {
    for (const group of this.#groups.values()) {
      const shown = group.applications.filter((application) => matching.has(application));
      group.show(shown);
      if (group.isOpen) continue;
      for (const { id } of shown) hide(this.#rows.get(id).element, true);
    }
  }

  #row(application) {
    let row = this.#rows.get(application.id);
    if (!row) {
      row = new Row(application, this.#columns, () => this.#toggle(row));
      this.#rows.set(application.id, row);
    }
    row.show(application);
    if (row === this.#opened && row.hasEnded) this.#close();
    return row;
  }

  #group({ key, name, applications }) {
    if (key === undefined) return undefined;
    const group =
      this.#groups.get(key) ?? new Group(name, () => this.filter(this.#matches));
    this.#groups.set(key, group);
    group.applications = applications;
    return group;
  }

  /** Brings rows into their order and moves as few of them as possible. */
  #place(elements) {
    const places = new Map([...this.#body.childNodes].map((child, place) => [child, place]));
    const kept = unmoved(elements.map((each) => places.get(each) ?? -1));
    if (kept.size === elements.length) return;
    // A row that is moved loses the focus.
    const focused = document.activeElement;
    let next = null;
    for (let i = elements.length - 1; i >= 0; i -= 1) {
      if (!kept.has(i)) this.#body.insertBefore(elements[i], next);
      next = elements[i];
    }
    if (focused && focused !== document.activeElement && this.#body.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }

  /** Opens the details of one application, and closes those of another. */
  #toggle(row) {
    const isOpen = row === this.#opened;
    this.#close();
    if (isOpen) return;
    this.#opened = row;
    row.expand(this.#details.open(() => row.application));
  }

  #close() {
    this.#details.close();
    this.#opened?.expand(undefined);
    this.#opened = undefined;
  }

  #arrange(withNamespaces) {
    const columns = Object.keys(TITLES).filter((name) => withNamespaces || name !== "namespace");
    if (columns.length === this.#columns.length) return;
    this.#columns = columns;
    mark(this.element, "data-namespaces", withNamespaces);
    this.#heads = Object.fromEntries(
      columns.map((name) => [
        name,
        element(
          "th",
          { scope: "col", role: "columnheader", "data-column": name },
          button({}, () => this.#onSort(name), TITLES[name]),
        ),
      ]),
    );
    this.#head.replaceChildren(...Object.values(this.#heads));
    this.#close();
    this.#body.replaceChildren();
    this.#rows.clear();
    this.#groups.clear();
  }

  #showSort({ column, descending }) {
    for (const [name, head] of Object.entries(this.#heads)) {
      const direction = descending ? "descending" : "ascending";
      mark(head, "aria-sort", name === column ? direction : undefined);
    }
  }
}
