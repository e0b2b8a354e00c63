/**
 * The part of a browser's document that the pages use, for unit tests. Text is text: markup is
 * never parsed, and to write any fails.
 */

class Node extends EventTarget {
  parentNode = null;

  get nextSibling() {
    const siblings = this.parentNode.childNodes;
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }

  get isConnected() {
    return this.parentNode?.isConnected ?? false;
  }

  after(child) {
    this.parentNode.insertBefore(child, this.nextSibling);
  }

  remove() {
    if (this.parentNode === null) return;
    const siblings = this.parentNode.childNodes;
    siblings.splice(siblings.indexOf(this), 1);
    this.parentNode = null;
    // As in a browser, an element that is moved loses the focus.
    const { document } = globalThis;
    if (document?.activeElement && this.contains?.(document.activeElement)) {
      document.activeElement = document.documentElement;
    }
  }
}

class Text extends Node {
  constructor(data) {
    super();
    this.data = data;
  }

  get textContent() {
    return this.data;
  }
}

export class Element extends Node {
  /** The number of changes to the children of any element since the last reset. */
  static changes = 0;
  childNodes = [];
  style = {};
  hidden = false;
  open = false;
  value = "";
  #attributes = new Map();

  constructor(localName) {
    super();
    this.localName = localName;
  }

  dataset = new Proxy(
    {},
    {
      get: (_, key) => this.getAttribute(`data-${key}`) ?? undefined,
      set: (_, key, value) => this.setAttribute(`data-${key}`, value) ?? true,
    },
  );

  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }

  setAttribute(name, value) {
    this.#attributes.set(name, String(value));
    if (name === "hidden" || name === "open") this[name] = true;
  }

  removeAttribute(name) {
    this.#attributes.delete(name);
  }

  contains(node) {
    return node === this || this.childNodes.some((child) => child.contains?.(node));
  }

  focus() {
    document.activeElement = this;
  }

  select() {}

  get firstChild() {
    return this.childNodes[0] ?? null;
  }

  append(...children) {
    children.forEach((child) => this.insertBefore(child, null));
  }

  prepend(child) {
    this.insertBefore(child, this.firstChild);
  }

  insertBefore(child, next) {
    const node = child instanceof Node ? child : new Text(String(child));
    node.remove();
    const place = next === null ? this.childNodes.length : this.childNodes.indexOf(next);
    if (place < 0) throw new Error("the next sibling is not a child of this element");
    this.childNodes.splice(place, 0, node);
    node.parentNode = this;
    Element.changes += 1;
  }

  replaceChildren(...children) {
    [...this.childNodes].forEach((child) => child.remove());
    this.append(...children);
  }

  get textContent() {
    return this.childNodes.map((child) => child.textContent).join("");
  }

  set textContent(text) {
    this.replaceChildren(...(text === "" ? [] : [text]));
  }

  set innerHTML(_) {
    throw new Error("markup must not be written");
  }

  insertAdjacentHTML() {
    throw new Error("markup must not be written");
  }

  /** All elements within this one, in the order of the document. */
  *descendants() {
    for (const child of this.childNodes) {
      if (!(child instanceof Element)) continue;
      yield child;
      yield* child.descendants();
    }
  }

  /** The elements within this one that have an attribute, with this value if there is one. */
  all(attribute, value) {
    return [...this.descendants()].filter((element) => {
      const found = element.getAttribute(attribute);
      return value === undefined ? found !== null : found === value;
    });
  }

  /** The only element within this one with this value of an attribute. */
  one(attribute, value) {
    const found = this.all(attribute, value);
    if (found.length !== 1) throw new Error(`${found.length} elements: ${attribute}=${value}`);
    return found[0];
  }
}

class Root extends Element {
  get isConnected() {
    return true;
  }
}

class Document extends EventTarget {
  hidden = false;
  documentElement = new Root("html");
  activeElement = this.documentElement;

  createElement(name) {
    return new Element(name);
  }

  getElementById(id) {
    return this.documentElement.one("id", id);
  }
}

/** A channel to the other tabs of a browser. What is sent arrives in a later turn. */
export class Channel {
  /** Those that are open, of all tabs. */
  static open = new Set();
  onmessage = null;

  constructor(name) {
    this.name = name;
    Channel.open.add(this);
  }

  postMessage(data) {
    if (!Channel.open.has(this)) throw new Error("the channel is closed");
    for (const other of Channel.open) {
      if (other === this || other.name !== this.name) continue;
      queueMicrotask(() => Channel.open.has(other) && other.onmessage?.({ data }));
    }
  }

  close() {
    Channel.open.delete(this);
  }
}

const BROWSER = ["document", "addEventListener", "BroadcastChannel", "location", "history"];
let replaced = [];

/** Opens a new page with the section that the modules fill. */
export function openPage(page = "overview", address = "https://example.org/sparkui/") {
  const document = new Document();
  const section = document.createElement("section");
  section.setAttribute("id", "live-history");
  section.dataset.page = page;
  document.documentElement.append(section);
  const window = new EventTarget();
  replaced = BROWSER.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  Object.assign(globalThis, { document, addEventListener: window.addEventListener.bind(window) });
  goTo(address);
  // Node.js has a channel too, which would keep the test process running.
  Object.defineProperty(globalThis, "BroadcastChannel", {
    value: Channel,
    configurable: true,
    writable: true,
  });
  Channel.open.clear();
  Element.changes = 0;
  return { window, document, section };
}

/** Gives the page an address, which scripts can replace. */
export function goTo(address) {
  const put = (url) => {
    const { href, pathname, search, hash } = new URL(url, address);
    const value = { href, pathname, search, hash };
    Object.defineProperty(globalThis, "location", { value, configurable: true, writable: true });
  };
  put(address);
  const history = { state: null, replaceState: (_, __, url) => put(url) };
  Object.defineProperty(globalThis, "history", {
    value: history,
    configurable: true,
    writable: true,
  });
}

/** Removes the page. */
export function closePage() {
  for (const [name, descriptor] of replaced) {
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    else delete globalThis[name];
  }
}
