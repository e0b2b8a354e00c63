// From the text of a log to its lines: a line has a bound, and a log that is continued by another
// request has no line twice and none missing.

/** Of a longer line, the page shows only the beginning. */
export const LONGEST_LINE = 64 * 1024;

/** Splits text that arrives in pieces into lines. It keeps at most the longest line in memory. */
export class Splitter {
  #text = "";
  #dropped = 0;

  /** The lines that this piece completes: `{ text, dropped }`, with the number of cut characters. */
  push(piece) {
    const lines = [];
    let from = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", from)) {
      this.#add(piece.slice(from, end));
      lines.push(this.#take());
      from = end + 1;
    }
    this.#add(piece.slice(from));
    return lines;
  }

  /** The line without an end, if there is one. */
  end() {
    return this.#text === "" ? undefined : this.#take();
  }

  #add(text) {
    const room = LONGEST_LINE - this.#text.length;
    this.#text += text.slice(0, room);
    this.#dropped += Math.max(0, text.length - room);
  }

  #take() {
    const line = { text: this.#text.replace(/\r$/, ""), dropped: this.#dropped };
    this.#text = "";
    this.#dropped = 0;
    return line;
  }
}

const TIMED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?(.*)$/su;

// A text that sorts like the time, which has nanoseconds: a number would not be exact.
function sortable(seconds, fraction, zone) {
  const epoch = Date.parse(seconds + zone) / 1000;
  return `${String(epoch).padStart(12, "0")}.${(fraction ?? "").padEnd(9, "0")}`;
}

/**
 * The place in a log whose lines begin with their time. Several lines can have the same time: the
 * place counts them.
 */
export class Place {
  #key = "";
  #time = "";
  #count = 0;
  #skip;

  /** The time of the last line, for the request that continues the log; empty at first. */
  get time() {
    return this.#time;
  }

  /** The next stream begins with lines that are known already. */
  restart() {
    this.#skip = this.#key ? { key: this.#key, left: this.#count } : undefined;
  }

  /** A line without its time, and an anchor for it; undefined for a line that is known already. */
  next(line) {
    const parts = TIMED.exec(line);
    if (!parts) return this.#skip ? undefined : { time: "", anchor: "", text: line };
    const [, seconds, fraction, zone, text] = parts;
    const key = sortable(seconds, fraction, zone);
    if (this.#isKnown(key)) return undefined;
    this.#count = key === this.#key ? this.#count + 1 : 1;
    this.#key = key;
    this.#time = seconds + (fraction ? `.${fraction}` : "") + zone;
    const anchor = `L${this.#time}${this.#count > 1 ? `,${this.#count}` : ""}`;
    return { time: this.#time, anchor, text };
  }

  #isKnown(key) {
    const skip = this.#skip;
    if (!skip) return false;
    if (key < skip.key) return true;
    if (key === skip.key && skip.left > 0) {
      skip.left--;
      return true;
    }
    this.#skip = undefined;
    return false;
  }
}

/** The time in an anchor; undefined if it is none. */
export function timeOfAnchor(anchor) {
  return /^L(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))(?:,\d+)?$/u.exec(anchor)?.[1];
}

/** The whole second of a time in UTC, as the server accepts it. */
export function wholeSecond(time) {
  return new Date(Math.floor(Date.parse(time) / 1000) * 1000).toISOString().replace(".000Z", "Z");
}
