// The bar over the tasks of an application.
import { element, mark, write } from "./dom.js";
import { counts, countsInWords } from "./words.js";

export class Bar {
  #done = element("div", { class: "live-history-done" });
  #active = element("div", { class: "live-history-active" });
  #text = element("span", { class: "live-history-counts" });
  #shown;
  element = element(
    "div",
    { class: "live-history-bar", role: "progressbar", "aria-valuemin": 0 },
    this.#done,
    this.#active,
    this.#text,
  );

  /**
   * @param look "idle" if no work runs, "finishing" if work runs after the last task
   */
  show(tasks, name, look) {
    const shown = `${counts(tasks)} ${look} ${name}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const share = (count) => `${tasks.total > 0 ? (100 * count) / tasks.total : 0}%`;
    mark(this.element, "aria-label", `Tasks of ${name}`);
    mark(this.element, "aria-valuemax", tasks.total);
    mark(this.element, "aria-valuenow", tasks.done);
    for (const attribute of ["aria-valuetext", "title"]) {
      mark(this.element, attribute, countsInWords(tasks));
    }
    for (const count of ["active", "failed", "killed", "skipped"]) {
      mark(this.element, `data-${count}`, tasks[count]);
    }
    mark(this.element, "data-look", look);
    this.#done.style.width = share(tasks.done);
    this.#active.style.width = share(tasks.active);
    write(this.#text, counts(tasks));
  }
}
