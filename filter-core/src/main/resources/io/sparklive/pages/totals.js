// The line of totals. Its buttons filter by verdict.
import { button, element, hide, mark, write } from "./dom.js";
import { coresText, totalsOf } from "./model.js";
import { VERDICTS, number, plural, verdictWord } from "./words.js";

const HOUR = 3_600_000;

function period(millis) {
  if (millis === HOUR) return "hour";
  return millis % HOUR === 0 ? plural(millis / HOUR, "hour") : plural(millis / 60_000, "minute");
}

/** How many applications have ended. */
export function endedText({ withinMillis, count, failed }) {
  const some = `ended in the last ${period(withinMillis)}: ${number(count)}`;
  return failed > 0 ? `${some}, ${number(failed)} failed` : some;
}

function capitalized(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A button with a word and a number. */
class Count {
  #number = element("strong");
  element;

  constructor(word, verdict, action) {
    const attributes = { "aria-pressed": false, ...(verdict && { "data-verdict": verdict }) };
    this.element = button(attributes, action, `${word} `, this.#number);
  }

  show(count, isPressed) {
    write(this.#number, number(count));
    // A pressed button stays, also if its number is 0: it is the way to release it.
    hide(this.element, !count && !isPressed);
    mark(this.element, "aria-pressed", isPressed);
  }
}

export class Totals {
  #all;
  #counts;
  #cores = element("span", { class: "live-history-total" });
  #ended;
  #totals = { applications: 0, verdicts: {} };
  element;

  /**
   * @param onVerdict receives the verdict of a button, or undefined for all
   * @param ended the element for the number of ended applications
   */
  constructor(onVerdict, ended) {
    this.#all = new Count("All", undefined, () => onVerdict(undefined));
    this.#counts = new Map(
      VERDICTS.map((verdict) => [
        verdict,
        new Count(capitalized(verdictWord(verdict)), verdict, () => onVerdict(verdict)),
      ]),
    );
    this.#ended = ended;
    this.element = element(
      "div",
      // Hidden until the first response has numbers.
      {
        class: "live-history-totals",
        hidden: "",
        role: "group",
        "aria-label": "Totals, filter by verdict",
      },
      this.#all.element,
      ...[...this.#counts.values()].map((count) => count.element),
      element("span", { class: "live-history-other-totals" }, this.#cores, this.#ended),
    );
  }

  show(response) {
    this.#totals = totalsOf(response);
    write(this.#cores, coresText(this.#totals));
    hide(this.#cores, !this.#totals.cores);
    const { ended } = this.#totals;
    if (ended) write(this.#ended, endedText(ended));
    hide(this.#ended, !ended?.count);
  }

  /** Shows which verdicts the filter names. */
  press(verdicts) {
    this.#all.show(this.#totals.applications, verdicts.length === 0);
    for (const [verdict, count] of this.#counts) {
      count.show(this.#totals.verdicts?.[verdict] ?? 0, verdicts.includes(verdict));
    }
  }
}
