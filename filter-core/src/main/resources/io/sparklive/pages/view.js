// The section of the page: heading, totals, tools, table, and recently ended applications.
import { readView, viewText, writeView } from "./address.js";
import { button, element, hide, mark, write } from "./dom.js";
import { RecentlyEnded } from "./ended.js";
import { BASE } from "./links.js";
import {
  DEFAULT_SORT,
  GROUPS,
  inOrder,
  matcher,
  nextSort,
  parseSort,
  sortText,
  toggleVerdict,
  verdictsOf,
  withoutPending,
} from "./model.js";
import { Table } from "./table.js";
import { Totals } from "./totals.js";
import { WallFooter, fit, onWall } from "./wall.js";

const MANY = 10;
const CLOSED = "live-history-closed";
const HELP = "Words, or user:ada verdict:failing,stuck namespace:etl name:report -user:bob";

export class View {
  #onHomePage;
  #isWall;
  #table = new Table((column) => this.#sortBy(nextSort(this.#sort, column)));
  #totals;
  #ended;
  #footer = new WallFooter();
  #count = element("span", { class: "live-history-count" });
  #status = element("div", { class: "live-history-status", role: "status" });
  #none = element("p", { class: "live-history-none" }, "Loading running applications …");
  #found = element("span", { id: "live-history-found" });
  #filter = element("input", {
    type: "search",
    class: "form-control form-control-sm",
    placeholder: "user:ada verdict:failing",
    title: HELP,
    "aria-describedby": "live-history-found",
  });
  #group = element(
    "select",
    { class: "form-select form-select-sm" },
    ...["", ...GROUPS].map((value) => element("option", { value }, value || "nothing")),
  );
  #tools = element(
    "div",
    { class: "live-history-tools", hidden: "" },
    this.#found,
    element("label", {}, "Filter:", this.#filter),
    element("label", {}, "Group by:", this.#group),
  );
  #rows = element("div", { class: "live-history-rows", hidden: "" }, this.#table.element);
  #details = element("details", { open: "" });
  #wallLink = element("a", { class: "live-history-wall-link" }, "wall mode");
  #sort = DEFAULT_SORT;
  #list;
  #received;

  constructor(section) {
    this.#onHomePage = section.dataset.page === "home";
    this.#isWall = !this.#onHomePage && readView(false).has("wall");
    if (!this.#onHomePage && !this.#isWall) this.#ended = new RecentlyEnded();
    this.#totals = new Totals(
      (verdict) => this.#filterBy(toggleVerdict(this.#filter.value, verdict)),
      this.#endedTotal(),
    );
    mark(section, "data-wall", this.#isWall ? "" : undefined);
    section.replaceChildren(this.#status, ...this.#parts());
    this.#restore();
    this.#listen();
  }

  #parts() {
    if (this.#onHomePage) {
      const list = [this.#none, this.#totals.element, this.#tools, this.#rows];
      return this.#foldable([...this.#note(), ...list]);
    }
    const heading = this.#heading("h1");
    if (!this.#isWall) heading.append(this.#tools);
    heading.append(this.#wallLink);
    const last = this.#isWall ? this.#footer.element : this.#ended.element;
    return [heading, this.#totals.element, this.#none, this.#rows, last];
  }

  #listen() {
    this.#filter.addEventListener("input", () => this.#applyFilter());
    this.#filter.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.#filterBy("");
    });
    this.#group.addEventListener("change", () => this.#regroup());
    this.#ended?.element.addEventListener("toggle", () => this.#writeAddress());
    // A bookmark of the same page changes the fragment alone, without loading the page.
    if (this.#onHomePage) globalThis.addEventListener?.("hashchange", () => this.#restore());
    if (this.#isWall) globalThis.addEventListener?.("resize", () => this.#applyFilter());
  }

  show(response) {
    const list = this.#onHomePage ? withoutPending(response) : response;
    this.#list = list;
    this.#received = performance.now();
    this.#totals.show(list);
    this.#ended?.show(list);
    const { running, all } = this.#inOrder();
    this.#place(all);
    this.tick();
    write(this.#count, `(${running.length})`);
    write(this.#none, "No application is running.");
    hide(this.#none, running.length > 0);
    hide(this.#rows, all.length === 0);
    hide(this.#totals.element, all.length === 0 && !list.totals?.ended?.count);
    hide(this.#tools, all.length <= MANY && this.#filter.value === "" && this.#group.value === "");
    this.#confine(this.#onHomePage && all.length > MANY);
    // Last: wall mode measures the rows.
    this.#showMatches();
  }

  tick() {
    if (!this.#list || !this.isOpen) return;
    const sinceResponse = performance.now() - this.#received;
    this.#table.tick(this.#list.asOf + sinceResponse, sinceResponse);
  }

  /** Reports the state of the connection, once. */
  say(text, ...more) {
    if (this.#status.firstChild?.data === text) return;
    this.#status.replaceChildren(...(text ? [text, ...more] : []));
  }

  /** Shows the last list, if there was one, and announces no other. */
  stopWaiting() {
    if (!this.#list) hide(this.#none, true);
  }

  get isOpen() {
    return this.#details.open;
  }

  /** Whether the next response shall contain the recently ended applications. */
  get wantsEnded() {
    return this.#ended?.isOpen ?? false;
  }

  set isLoggedOut(loggedOut) {
    this.#table.isLoggedOut = loggedOut;
  }

  onOpen(action) {
    this.#details.addEventListener("toggle", () => this.isOpen && action());
    this.#ended?.element.addEventListener("toggle", () => this.wantsEnded && action());
  }

  #heading(level) {
    const heading = element(level, {}, "Running now");
    return element(this.#onHomePage ? "summary" : "header", {}, heading, this.#count);
  }

  #foldable(content) {
    this.#details.append(this.#heading("h4"), ...content);
    this.#details.open = !wasClosed();
    this.#details.addEventListener("toggle", () => {
      rememberClosed(!this.isOpen);
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

  #note() {
    const parameters = new URLSearchParams(globalThis.location?.search ?? "");
    if (parameters.get("showIncomplete") !== "true") return [];
    const text = "The table of incomplete applications below lists these applications too.";
    return [element("p", { class: "live-history-note" }, text)];
  }

  #endedTotal() {
    const attributes = { class: "live-history-total" };
    if (!this.#ended) {
      return element("a", { ...attributes, href: new URL("?ended", BASE).href });
    }
    return button(attributes, () => {
      this.#ended.element.open = true;
      this.#ended.element.scrollIntoView?.();
    });
  }

  // ---- Filter, order and groups

  #inOrder() {
    return inOrder(this.#list.applications, this.#onHomePage, this.#sort);
  }

  #place(applications) {
    this.#table.show(applications, this.#group.value, this.#sort);
  }

  /** Shows the last list in another order or in other groups. */
  #rearrange() {
    if (!this.#list) return;
    this.#place(this.#inOrder().all);
    this.#showMatches();
  }

  #regroup() {
    this.#writeAddress();
    this.#rearrange();
  }

  #sortBy(sort) {
    this.#sort = sort;
    this.#regroup();
  }

  #filterBy(text) {
    this.#filter.value = text;
    this.#applyFilter();
  }

  #applyFilter() {
    this.#writeAddress();
    this.#ended?.filter(this.#filter.value);
    this.#showMatches();
    if (this.#filter.value) hide(this.#tools, false);
  }

  #showMatches() {
    const text = this.#filter.value;
    this.#totals.press(verdictsOf(text));
    const matches = matcher(text);
    if (this.#isWall) this.#showWall(matches);
    else {
      const { length } = this.#table.filter(matches);
      write(this.#found, matches ? `${length} of ${this.#table.size}` : "");
    }
  }

  #showWall(matches) {
    if (!this.#list) return;
    this.#table.filter(onWall(matches));
    const { running } = this.#inOrder();
    // The footer has its height before the rows are measured.
    this.#footer.show(running, this.#list.asOf);
    const shown = fit(this.#rows, this.#table.visible);
    this.#footer.show(running.filter(({ id }) => !shown.has(id)), this.#list.asOf);
  }

  // ---- Address

  #restore() {
    const parameters = readView(this.#onHomePage);
    this.#filter.value = parameters.get("filter") ?? "";
    this.#group.value = GROUPS.find((name) => name === parameters.get("group")) ?? "";
    this.#sort = parseSort(parameters.get("sort"));
    if (this.#ended) {
      this.#ended.element.open = parameters.has("ended");
      this.#ended.filter(this.#filter.value);
    }
    this.#showWallLink();
    this.#rearrange();
  }

  #writeAddress() {
    const sort = sortText(this.#sort);
    writeView(this.#onHomePage, {
      filter: this.#filter.value.trim(),
      sort: sort === sortText(DEFAULT_SORT) ? "" : sort,
      group: this.#group.value,
      ended: this.wantsEnded || undefined,
    });
    this.#showWallLink();
  }

  #showWallLink() {
    const parameters = readView(false);
    if (this.#isWall) parameters.delete("wall");
    else parameters.set("wall", "");
    write(this.#wallLink, this.#isWall ? "all applications" : "wall mode");
    mark(this.#wallLink, "href", `?${viewText(parameters)}`);
  }

  // So that Spark's own table stays in reach.
  #confine(confined) {
    mark(this.#rows, "role", confined ? "region" : undefined);
    mark(this.#rows, "aria-label", confined ? "Running applications, scrollable" : undefined);
    mark(this.#rows, "tabindex", confined ? 0 : undefined);
  }
}

// Access to the storage can be forbidden, and throws then.
function wasClosed() {
  try {
    return localStorage.getItem(CLOSED) === "true";
  } catch {
    return false;
  }
}

function rememberClosed(closed) {
  try {
    localStorage.setItem(CLOSED, String(closed));
  } catch {
    // The table is open the next time.
  }
}
