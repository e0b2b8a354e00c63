// Writes to the document, only if something changes. Text is written as text, never as HTML.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

export function button(attributes, action, ...children) {
  const made = element("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", action);
  return made;
}

export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function mark(node, attribute, value) {
  const text = value === undefined ? null : String(value);
  if (node.getAttribute(attribute) === text) return;
  if (text === null) node.removeAttribute(attribute);
  else node.setAttribute(attribute, text);
}

export function hide(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/** A button that copies a text. Style sheets add its symbol, so that it has no text of its own. */
export function copyButton(text, tabindex) {
  const copy = button(
    { class: "live-history-copy", title: "Copy", "aria-label": `Copy ${text}`, ...tabindex },
    async () => {
      const copied = await copyText(text, copy);
      mark(copy, "data-copied", copied);
      mark(copy, "title", copied ? "Copied" : "The browser does not allow copying");
      mark(copy, "aria-label", copied ? `Copied ${text}` : `Not copied: ${text}`);
    },
  );
  return copy;
}

async function copyText(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS, browsers have no clipboard object.
    const area = element("textarea", { class: "live-history-copied" });
    area.value = text;
    place.after(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    place.focus();
    return copied;
  }
}
