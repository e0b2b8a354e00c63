// Wall mode of the overview, for a screen that is read from afar: the rows that need attention, as
// far as they fit, and the number of the others.
import { element, hide, write } from "./dom.js";
import { countsByNamespace, needsAttention } from "./model.js";
import { number, timeOfDay } from "./words.js";

/** The condition for a row: that of the filter, and a verdict that needs attention. */
export function onWall(matches) {
  return (application, text) =>
    needsAttention(application) && (!matches || matches(application, text));
}

/** The applications without a row, counted by namespace. */
export function restText(applications) {
  const counts = countsByNamespace(applications).map(([name, count]) => `${name} ${number(count)}`);
  return counts.length > 0 ? `Not shown: ${counts.join(" · ")}` : "";
}

export class WallFooter {
  #rest = element("span", { class: "live-history-rest" });
  #updated = element("span", { class: "live-history-updated" });
  element = element("footer", {}, this.#rest, this.#updated);

  show(rest, asOf) {
    write(this.#rest, restText(rest));
    write(this.#updated, `Updated ${timeOfDay(new Date(asOf))}`);
  }
}

/**
 * Hides the rows that end below a container.
 *
 * @return the ids of the rows that fit
 */
export function fit(container, rows) {
  const limit = container.getBoundingClientRect?.().bottom ?? Infinity;
  // All positions are read before the first row is hidden: a layout for each row takes long.
  const fits = rows.map((row) => !(row.getBoundingClientRect?.().bottom > limit + 1));
  rows.forEach((row, i) => hide(row, !fits[i]));
  return new Set(rows.filter((_, i) => fits[i]).map((row) => row.getAttribute("data-id")));
}
