// The details of one application, loaded from its driver if the user opens its row. Nothing of it
// is polled: on a driver with many tasks, the summaries of its stages take seconds.
import { button, copyButton, element } from "./dom.js";
import { apiLink, linkWithin } from "./links.js";
import { LoggedOut, readJson, request } from "./requests.js";
import { bytes, dateAndTime, description, duration, pace, percent, plural } from "./words.js";

const DETAILS_TIMEOUT_MILLIS = 20_000;
const LAST_JOBS = 5;
const MOST_STAGES = 10;
const MOST_LOST = 5;
const STAGES = "stages?status=active&withSummaries=true&quantiles=0.25,0.5,0.75,1.0";
const MARKS = { SUCCEEDED: "succeeded", FAILED: "failed", RUNNING: "running" };

/** The ids of the newest jobs. */
export function lastJobs({ progress }) {
  const newest = progress?.job?.id;
  if (newest === undefined) return [];
  return Array.from({ length: LAST_JOBS }, (_, i) => newest - i).filter((id) => id >= 0);
}

// Spark's REST API: 2026-01-05T03:04:09.123GMT
const time = (text) => (text ? Date.parse(text.replace("GMT", "Z")) : undefined);

/** The facts of an active stage. */
export function stageFacts(stage) {
  const { taskMetricsDistributions: summary, executorRunTime: run, jvmGcTime: gc } = stage;
  const found = [`${stage.numCompleteTasks} of ${plural(stage.numTasks, "task")} done`];
  if (stage.numActiveTasks > 0) found.push(`${stage.numActiveTasks} running`);
  if (stage.numFailedTasks > 0) found.push(`${plural(stage.numFailedTasks, "task")} failed`);
  const times = summary?.duration ?? summary?.executorRunTime;
  if (stage.numCompleteTasks > 0 && times?.length === 4) {
    const [, median, , longest] = times;
    const isSkewed = longest >= 3 * median && longest - median >= 10_000;
    const word = isSkewed ? "skewed: longest task" : "longest task";
    found.push(`${word} ${pace(longest)}, median ${pace(median)}`);
  }
  const spilled = stage.diskBytesSpilled || stage.memoryBytesSpilled;
  if (spilled > 0) found.push(`spilled ${bytes(spilled)}`);
  if (run > 0 && gc > 0) found.push(`GC ${percent(gc / run)}`);
  if (stage.peakExecutionMemory > 0) {
    found.push(`peak execution memory of its tasks ${bytes(stage.peakExecutionMemory)}`);
  }
  return found;
}

/** The facts of all executors, each as a sentence. */
export function executorFacts(executors) {
  const workers = executors.filter(({ id }) => id !== "driver");
  const lost = workers.filter(({ isActive }) => !isActive);
  const found = [`${plural(workers.length - lost.length, "executor")} alive, ${lost.length} lost`];
  for (const { id, removeReason } of lost.slice(-MOST_LOST)) {
    found.push(`Lost: executor ${id}${removeReason ? `, ${removeReason}` : ""}`);
  }
  const heap = ({ peakMemoryMetrics }) => peakMemoryMetrics?.JVMHeapMemory ?? 0;
  const largest = executors.reduce((a, b) => (heap(b) > heap(a) ? b : a), {});
  if (heap(largest) > 0) {
    const place = largest.id === "driver" ? "the driver" : `executor ${largest.id}`;
    found.push(`Peak heap memory: ${bytes(heap(largest))}, ${place}`);
  }
  return found;
}

/** The facts of a job. */
export function jobFacts(job) {
  const started = time(job.submissionTime);
  const ended = time(job.completionTime);
  const took = started && ended ? [duration(ended - started)] : [];
  const failed = job.numFailedTasks > 0 ? [`${plural(job.numFailedTasks, "task")} failed`] : [];
  const tasks = `${job.numCompletedTasks} of ${plural(job.numTasks, "task")} done`;
  return [job.status.toLowerCase(), ...took, tasks, ...failed];
}

function sentence(failure) {
  if (failure instanceof LoggedOut) return "You are not logged in.";
  if (failure.name === "AbortError") return "The driver did not respond within 20 s.";
  const status = /^status (\d+)$/.exec(failure.message)?.[1];
  return status ? `The driver responded with status ${status}.` : "The driver sent no usable response.";
}

export class Details {
  #controller;
  #current;
  #application;
  #parts = element("div", { class: "live-history-parts", "aria-live": "polite" });
  #cell = element("td", { role: "cell", "data-column": "details" });
  isLoggedOut = false;

  /**
   * Loads the details, and returns the cell that shows them.
   *
   * @param current returns the application as of the last list
   */
  open(current) {
    this.#current = current;
    const { id, attemptId, started, sparkVersion } = current();
    this.#cell.replaceChildren(
      element(
        "p",
        { class: "live-history-facts" },
        element("span", { class: "live-history-id" }, id),
        copyButton(id),
        [
          attemptId && `attempt ${attemptId}`,
          `started ${dateAndTime(started)}`,
          sparkVersion && `Spark ${sparkVersion}`,
        ]
          .filter(Boolean)
          .map((fact) => ` · ${fact}`)
          .join(""),
        button({ class: "live-history-again" }, () => this.#load(), "Load again"),
      ),
      this.#parts,
    );
    this.#load();
    return this.#cell;
  }

  close() {
    this.#controller?.abort();
    this.#controller = undefined;
    this.#cell.remove();
  }

  async #load() {
    this.#application = this.#current();
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    const { signal } = controller;
    if (this.isLoggedOut) {
      // A request without a login can break the login of another tab.
      this.#say("You are not logged in.");
      return;
    }
    this.#say("Loading …");
    const timer = setTimeout(() => controller.abort(), DETAILS_TIMEOUT_MILLIS);
    const get = async (path) =>
      readJson(await request(apiLink(this.#application, path), signal));
    try {
      // The quick request first: without a login, it is the only one.
      const executors = await get("allexecutors");
      const jobs = lastJobs(this.#application);
      const [stages, ...found] = await Promise.allSettled([
        get(STAGES),
        ...jobs.map((id) => get(`jobs/${id}`)),
      ]);
      if (this.#controller !== controller) return;
      this.#parts.replaceChildren(
        this.#part("Active stages", stages, (list) => this.#stages(list)),
        this.#part("Executors", { value: executors }, (list) => items(executorFacts(list))),
        this.#part("Last jobs", { value: found }, (list) => this.#jobs(list)),
      );
    } catch (failure) {
      if (this.#controller === controller) this.#say(sentence(failure));
    } finally {
      clearTimeout(timer);
    }
  }

  #say(text) {
    this.#parts.replaceChildren(element("p", {}, text));
  }

  #part(title, { value, reason }, show) {
    const part = element("section", {}, element("h2", {}, title));
    try {
      if (reason) throw reason;
      part.append(show(value));
    } catch (failure) {
      part.append(element("p", {}, sentence(failure)));
    }
    return part;
  }

  #stages(stages) {
    const shown = stages.slice(0, MOST_STAGES).map((stage) => {
      const { stageId, attemptId } = stage;
      const link = this.#link(
        `stages/stage/?id=${stageId}&attempt=${attemptId}`,
        `Stage ${stageId}: ${description({ id: stageId, description: stage.description || stage.name })}`,
      );
      return element("li", {}, link, ` – ${stageFacts(stage).join(", ")}`);
    });
    const more = stages.length - shown.length;
    if (more > 0) shown.push(element("li", {}, `${plural(more, "more stage")}`));
    return shown.length > 0 ? element("ul", {}, ...shown) : element("p", {}, "No stage is active.");
  }

  // A driver keeps a limited number of jobs, and responds with 404 to older ones.
  #jobs(results) {
    const jobs = results.filter(({ value }) => value?.jobId !== undefined);
    if (jobs.length === 0) {
      const failed = results.find(({ reason }) => reason && reason.message !== "status 404");
      return element("p", {}, failed ? sentence(failed.reason) : "No job is known.");
    }
    const shown = jobs.map(({ value: job }) => {
      const text = description({ id: job.jobId, description: job.description ?? job.name });
      const link = this.#link(`jobs/job/?id=${job.jobId}`, `Job ${job.jobId}: ${text}`);
      const result = MARKS[job.status] ?? "unknown";
      return element("li", { "data-result": result }, link, ` – ${jobFacts(job).join(", ")}`);
    });
    return element("ul", { class: "live-history-results" }, ...shown);
  }

  #link(path, text) {
    return element("a", { href: linkWithin(this.#application, path) }, text);
  }
}

function items(texts) {
  return element("ul", {}, ...texts.map((text) => element("li", {}, text)));
}
