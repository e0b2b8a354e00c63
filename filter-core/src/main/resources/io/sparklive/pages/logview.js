// The log viewer: the pods and containers of an application, and the log of one of them. Everything
// that comes from a pod is written as text, never as HTML.
import { readView, writeView } from "./address.js";
import { Ansi } from "./ansi.js";
import { button, element, hide, mark, write } from "./dom.js";
import { timeOfAnchor } from "./lines.js";
import { has, nextMatch, position } from "./search.js";
import { LogStream } from "./stream.js";

/** The page keeps the last lines. */
const MOST_LINES = 10000;

/** More lines at a time are not read aloud. */
const MOST_READ_ALOUD = 3;

const MAIN = ["spark-kubernetes-driver", "spark-kubernetes-executor"];

const END = 30;

function podLabel({ name, role, executor, phase, reason, containers }) {
  const who = role === "driver" ? "Driver" : executor ? `Executor ${executor}` : name;
  const ended = containers.find((c) => !c.init && c.state === "terminated" && c.reason);
  const why = reason || ended?.reason;
  return `${who}: ${phase}${why ? `, ${why}` : ""} (${name})`;
}

function containerLabel({ name, init, state, reason }) {
  return `${name}${init ? " (init)" : ""}: ${state}${reason ? `, ${reason}` : ""}`;
}

function mainContainer({ containers }) {
  return containers.find(({ name }) => MAIN.includes(name)) ?? containers.find(({ init }) => !init);
}

/** The anchor in an address; empty if it is not encoded as one. */
export function anchorOf(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}

/** The pod that an address names, by its name or, in links of Spark, by its executor. */
export function podInAddress(pods, { pod, executor }) {
  if (pod) return pods.find(({ name }) => name === pod);
  if (executor === "driver") return pods.find(({ role }) => role === "driver");
  return executor ? pods.find((any) => any.executor === executor) : pods[0];
}

/** The viewer in its section of the page. */
export class Viewer {
  #section;
  #pods = [];
  #lines = [];
  #waiting = [];
  #removed = 0;
  #ansi = new Ansi();
  #stream;
  #isAtEnd = true;
  #match = -1;
  #view = {};
  #parts = {};

  constructor(section) {
    this.#section = section;
    const parameters = readView(false);
    this.#view = {
      pod: parameters.get("pod") ?? "",
      executor: parameters.get("executor") ?? "",
      container: parameters.get("container") ?? "",
      previous: parameters.has("previous"),
      follow: parameters.get("follow") !== "no",
      wrap: parameters.has("wrap"),
      times: parameters.has("times"),
      find: parameters.get("find") ?? "",
    };
  }

  async start() {
    this.#render();
    if (!(await this.#loadPods()) || this.#pods.length === 0) return;
    const pod = podInAddress(this.#pods, this.#view);
    if (pod) {
      this.#choosePod(pod);
    } else {
      this.#parts.pod.selectedIndex = -1;
      const { pod: name, executor } = this.#view;
      this.#showState(`${name || `Executor ${executor}`} has no pod, or no longer.`, true);
    }
  }

  #render() {
    const { id, application } = this.#section.dataset;
    const parts = this.#parts;
    parts.pod = element("select", { "aria-label": "Pod" });
    parts.pod.addEventListener("change", () => {
      this.#view.container = "";
      this.#view.previous = false;
      this.#choosePod(this.#pods[parts.pod.selectedIndex]);
    });
    parts.container = element("select", { "aria-label": "Container" });
    parts.container.addEventListener("change", () => {
      this.#view.container = parts.container.value;
      this.#view.previous = false;
      this.#open();
    });
    parts.previous = this.#toggle("Previous instance", "previous", () => this.#open());
    parts.follow = this.#toggle("Follow", "follow", () => this.#open());
    parts.wrap = this.#toggle("Wrap", "wrap", () => this.#showOptions());
    parts.times = this.#toggle("Times", "times", () => this.#showOptions());
    parts.find = element("input", {
      type: "search",
      placeholder: "Find",
      "aria-label": "Find in the lines shown",
    });
    parts.find.value = this.#view.find;
    parts.find.addEventListener("input", () => this.#find(parts.find.value));
    parts.find.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.#step(!event.shiftKey);
    });
    parts.found = element("output", { "aria-live": "polite" });
    parts.before = button({ "aria-label": "Previous match" }, () => this.#step(false), "↑");
    parts.after = button({ "aria-label": "Next match" }, () => this.#step(true), "↓");
    parts.download = element("a", { download: "" }, "Download");
    parts.state = element("p", { class: "log-state", role: "status" });
    parts.note = element("p", { class: "log-note" });
    parts.lines = element("div", {
      class: "log-lines",
      role: "log",
      tabindex: "0",
      "aria-label": "Log",
      "aria-live": "off",
    });
    parts.lines.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    parts.end = button({ class: "log-end" }, () => this.#toEnd(), "To the end");
    parts.tools = element(
      "div",
      { class: "log-tools" },
      parts.pod,
      parts.container,
      parts.previous,
      parts.follow,
      parts.wrap,
      parts.times,
      element("span", { class: "log-find" }, parts.find, parts.found, parts.before, parts.after),
      parts.download,
    );
    const back = element("a", { href: application }, id);
    this.#section.replaceChildren(
      element("h4", {}, "Logs of ", back),
      parts.note,
      parts.tools,
      parts.state,
      parts.lines,
      parts.end,
    );
    hide(parts.note, true);
    hide(parts.end, true);
    this.#showOptions();
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  #toggle(label, option, action) {
    const box = element("input", { type: "checkbox" });
    box.checked = this.#view[option];
    box.addEventListener("change", () => {
      this.#view[option] = box.checked;
      action();
    });
    return element("label", {}, box, ` ${label}`);
  }

  #key(event) {
    const isTyping = /^(?:INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      this.#parts.find.focus();
    } else if (event.key === "n") this.#step(true);
    else if (event.key === "N") this.#step(false);
    else if (event.key === "G") this.#toEnd();
  }

  #showOptions() {
    const { wrap, times } = this.#view;
    this.#parts.lines.classList.toggle("log-wrapped", wrap);
    this.#parts.lines.classList.toggle("log-timed", times);
    this.#writeAddress();
  }

  #writeAddress() {
    const { pod, container, previous, follow, wrap, times, find } = this.#view;
    const values = { pod, container, previous, wrap, times, find, follow: follow ? "" : "no" };
    const set = Object.entries(values).map(([name, value]) => [name, value || ""]);
    writeView(false, { ...Object.fromEntries(set), executor: "" });
  }

  /** Whether the pods could be read. */
  async #loadPods(signal) {
    const { pod, note } = this.#parts;
    try {
      const response = await fetch(`${this.#section.dataset.logs}/-/pods`, {
        cache: "no-store",
        redirect: "manual",
        signal,
      });
      if (response.type === "opaqueredirect") throw new Error("the login has ended");
      const json = await response.json();
      if (!response.ok) throw new Error(json.message);
      this.#pods = json.pods;
      write(note, json.note ?? "");
      hide(note, !json.note);
      hide(this.#parts.tools, this.#pods.length === 0);
      hide(this.#parts.lines, this.#pods.length === 0);
      const chosen = pod.value;
      pod.replaceChildren(
        ...this.#pods.map((any) => element("option", { value: any.name }, podLabel(any))),
      );
      if (chosen) pod.value = chosen;
      return true;
    } catch (failure) {
      if (!signal?.aborted) this.#showState(`The pods are not available: ${failure.message}`, true);
      return false;
    }
  }

  #choosePod(pod) {
    const { container } = this.#parts;
    this.#view.pod = pod.name;
    this.#parts.pod.value = pod.name;
    container.replaceChildren(
      ...pod.containers.map((any) => element("option", { value: any.name }, containerLabel(any))),
    );
    const isKnown = pod.containers.some(({ name }) => name === this.#view.container);
    this.#view.container = isKnown ? this.#view.container : (mainContainer(pod)?.name ?? "");
    container.value = this.#view.container;
    this.#open();
  }

  #container() {
    return this.#pods
      .find(({ name }) => name === this.#view.pod)
      ?.containers.find(({ name }) => name === this.#view.container);
  }

  #open() {
    this.#stream?.stop();
    this.#lines = [];
    this.#waiting = [];
    this.#removed = 0;
    this.#match = -1;
    this.#ansi = new Ansi();
    this.#isAtEnd = true;
    this.#parts.lines.replaceChildren();
    const { pod, container, previous, follow } = this.#view;
    const hasPrevious = (this.#container()?.restarts ?? 0) > 0 || previous;
    hide(this.#parts.previous, !hasPrevious);
    this.#parts.previous.firstChild.checked = previous;
    this.#writeAddress();
    const address = `${this.#section.dataset.logs}/${encodeURIComponent(pod)}`;
    const file = new URLSearchParams({ container, download: "true" });
    if (previous) file.set("previous", "true");
    this.#parts.download.href = `${address}?${file}`;
    const since = timeOfAnchor(anchorOf(location.hash));
    const source = { address, container, previous, follow: follow && !previous, since };
    const stream = new LogStream(source, {
      lines: (lines) => stream === this.#stream && this.#take(lines),
      state: (text, isError) => stream === this.#stream && this.#showState(text, isError),
      // If the pods cannot be read, the next request of the log tells.
      isRunning: async (signal) =>
        !(await this.#loadPods(signal)) || this.#container()?.state !== "terminated",
    });
    this.#stream = stream;
    if (since) this.#isAtEnd = false;
    stream.run();
  }

  #showState(text, isError) {
    write(this.#parts.state, text);
    mark(this.#parts.state, "data-error", isError ? true : undefined);
  }

  // Lines arrive faster than a browser can show them: only the last ones reach the document.
  #take(lines) {
    if (this.#waiting.length === 0) setTimeout(() => this.#show(), END);
    this.#waiting.push(...lines);
    if (this.#waiting.length > 2 * MOST_LINES) {
      const surplus = this.#waiting.length - MOST_LINES;
      this.#removed += surplus;
      this.#waiting.splice(0, surplus);
    }
  }

  #show() {
    const { lines } = this.#parts;
    // The event of a user's last scrolling may still be to come.
    if (this.#isAtEnd) this.#scrolled();
    const added = this.#waiting.splice(0).slice(-MOST_LINES);
    mark(lines, "aria-live", added.length > MOST_READ_ALOUD ? "off" : "polite");
    const target = anchorOf(location.hash);
    const nodes = added.map((line) => this.#row(line));
    const surplus = Math.max(0, this.#lines.length + added.length - MOST_LINES);
    this.#lines.splice(0, surplus).forEach(({ node }) => node.remove());
    this.#removed += surplus;
    this.#match -= this.#match < 0 ? 0 : surplus;
    lines.append(...nodes.map(({ node }) => node));
    this.#lines.push(...nodes);
    if (this.#isAtEnd) lines.scrollTop = lines.scrollHeight;
    const linked = nodes.find(({ node }) => target && node.id === target);
    if (linked) {
      linked.node.classList.add("log-linked");
      linked.node.scrollIntoView({ block: "center" });
    }
    this.#showFound();
    mark(lines, "data-removed", this.#removed > 0 ? true : undefined);
  }

  #row({ time, anchor, text, dropped }) {
    const node = element("div", anchor ? { id: anchor } : {});
    if (anchor) {
      const link = element("a", { class: "log-time", href: `#${anchor}`, tabindex: "-1" }, time);
      link.setAttribute("aria-label", `Link to this line, ${time}`);
      node.append(link);
    }
    const content = element("span");
    for (const part of this.#ansi.parts(text)) {
      const { text: shown, classes } = part;
      content.append(classes ? element("span", { class: classes }, shown) : shown);
    }
    if (dropped > 0) {
      content.append(element("em", {}, ` … ${dropped} more characters: download the log`));
    }
    node.append(content);
    const row = { node, content };
    this.#markMatch(row);
    return row;
  }

  #markMatch(row) {
    row.isMatch = has(row.content.textContent, this.#view.find);
    row.node.classList.toggle("log-match", row.isMatch);
  }

  #matches() {
    return this.#lines.flatMap(({ isMatch }, index) => (isMatch ? [index] : []));
  }

  #find(words) {
    this.#view.find = words;
    this.#match = -1;
    this.#lines.forEach((row) => this.#markMatch(row));
    this.#showFound();
    this.#writeAddress();
  }

  #step(forward) {
    const next = nextMatch(this.#matches(), this.#match, forward);
    this.#lines[this.#match]?.node.classList.remove("log-current");
    this.#match = next;
    if (next >= 0) {
      this.#isAtEnd = false;
      const { node } = this.#lines[next];
      node.classList.add("log-current");
      node.scrollIntoView({ block: "center" });
    }
    this.#showFound();
  }

  #showFound() {
    const { found, find } = this.#parts;
    write(found, find.value === "" ? "" : position(this.#matches(), this.#match));
  }

  #scrolled() {
    const { lines, end } = this.#parts;
    this.#isAtEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < END;
    hide(end, this.#isAtEnd);
  }

  #toEnd() {
    const { lines } = this.#parts;
    this.#isAtEnd = true;
    lines.scrollTop = lines.scrollHeight;
  }
}
