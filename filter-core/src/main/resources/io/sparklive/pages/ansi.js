// Colours of a terminal (ECMA-48, SGR) as names of classes. Every other escape sequence is dropped,
// and every other control character is shown as a symbol, so that no byte of a log is anything but
// text.

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

// CSI; OSC and other strings with their end, or up to the end of the line; two-character sequences.
const SEQUENCE =
  /\x1b(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~]|$)/g;

const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/g;

const PLAIN = { bold: false, front: undefined, back: undefined };

function visible(text) {
  return text.replace(CONTROL, (control) =>
    control === "\x7f" ? "\u2421" : String.fromCharCode(0x2400 + control.charCodeAt(0)),
  );
}

function colour(code, base, bright) {
  if (code >= base && code < base + 8) return COLOURS[code - base];
  if (code >= bright && code < bright + 8) return `bright-${COLOURS[code - bright]}`;
  return undefined;
}

// 38 and 48 take more parameters: 5 and an index, or 2 and three components. Only the 16 colours
// have a class.
function extended(codes, at) {
  if (codes[at + 1] === 5) {
    const index = codes[at + 2];
    return { name: COLOURS[index] ?? colour(index, 256, 8), used: 2 };
  }
  return { name: undefined, used: codes[at + 1] === 2 ? 4 : 0 };
}

function changed(style, parameters) {
  const codes = parameters.split(/[;:]/).map((code) => Number(code || 0));
  let next = { ...style };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) next = { ...PLAIN };
    else if (code === 1) next.bold = true;
    else if (code === 22) next.bold = false;
    else if (code === 39) next.front = undefined;
    else if (code === 49) next.back = undefined;
    else if (code === 38 || code === 48) {
      const { name, used } = extended(codes, i);
      next[code === 38 ? "front" : "back"] = name;
      i += used;
    } else {
      next.front = colour(code, 30, 90) ?? next.front;
      next.back = colour(code, 40, 100) ?? next.back;
    }
  }
  return next;
}

function classes({ bold, front, back }) {
  return [bold && "ansi-bold", front && `ansi-${front}`, back && `ansi-on-${back}`]
    .filter(Boolean)
    .join(" ");
}

/** Splits lines into parts of one style. A style continues on the next line until it is reset. */
export class Ansi {
  #style = PLAIN;

  /** The parts of a line: `{ text, classes }`. */
  parts(line) {
    if (this.#style === PLAIN && !line.includes("\x1b")) {
      return [{ text: visible(line), classes: "" }];
    }
    const parts = [];
    const add = (text) => {
      if (text) parts.push({ text: visible(text), classes: classes(this.#style) });
    };
    let from = 0;
    for (const sequence of line.matchAll(SEQUENCE)) {
      add(line.slice(from, sequence.index));
      from = sequence.index + sequence[0].length;
      if (sequence[2] === "m" && /^[0-9;:]*$/.test(sequence[1])) {
        this.#style = changed(this.#style, sequence[1]);
        if (!classes(this.#style)) this.#style = PLAIN;
      }
    }
    add(line.slice(from));
    return parts;
  }
}
