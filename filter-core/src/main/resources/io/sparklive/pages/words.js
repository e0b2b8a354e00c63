// Numbers, times and sentences of the pages.

/** The verdicts in the order of the table: the worst first. */
export const VERDICTS = [
  "failing",
  "no_response",
  "stuck",
  "waiting",
  "straggling",
  "idle",
  "finishing",
  "running",
  "pending",
  "starting",
];

const NO_PACE = ["no_response", "stuck", "waiting", "straggling"];
const NUMBERS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const STREAM_ID = /^(?:id|runId) = [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const number = (value) => NUMBERS.format(value);
export const plural = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;
export const percent = (share) => `${Math.round(100 * share)} %`;
const two = (value) => String(value).padStart(2, "0");

export const verdictWord = (verdict) => verdict?.replaceAll("_", " ") ?? "";

export function duration(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min ${seconds % 60} s`;
  if (hours < 24) return `${hours} h ${two(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A duration for a sentence, without seconds beside minutes. */
export function roughly(millis) {
  return duration(millis).replace(/ min \d+ s$/, " min");
}

/** The time of a task or a batch: with tenths of a second below 10 s. */
export function pace(millis) {
  return millis < 9_950 ? `${number(Math.max(0, millis) / 1000)} s` : roughly(millis);
}

export function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${number(value)} ${units[unit]}`;
}

export function timeOfDay(date) {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}

export function dateAndTime(millis) {
  const date = new Date(millis);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join("-");
  return `${day} ${timeOfDay(date)}`;
}

// A name may have no visible character, and a link of that name could not be clicked.
export function nameOf({ name, id }) {
  return /[^\s\p{C}]/u.test(name) ? name : id;
}

/**
 * The description of a job. Structured Streaming adds the ids of query and run, and the batch, to
 * the user's text: up to 3.5 each after a `<br/>`, from 4.0 on a new line. The ids are UUIDs, and
 * too long for a table. A line break in any other text, such as a query, is a space.
 */
export function description(job) {
  const text = job.description ?? "";
  const separator = /^\s*runId = /im.test(text) ? /\s*(?:<br\s*\/?>|\n)\s*/i : /\s*<br\s*\/?>\s*/i;
  const parts = text.split(separator).filter((part) => !STREAM_ID.test(part.trim()));
  return parts.join(" · ").replace(/\s+/g, " ").trim() || `Job ${job.id}`;
}

const STATES = {
  starting: "Starting",
  pending: "Pending",
  no_ui: "No UI",
  auth_required: "Driver requires login",
};

/** Whether a job, a query or a stream of the application runs, also between two jobs. */
export function isAtWork({ progress }) {
  return Boolean(progress && (progress.runningJobs > 0 || progress.query || progress.stream));
}

const andMore = (text, more, word) =>
  more > 0 ? `${text} and ${plural(more, `more ${word}`)}` : text;

/** The current work: the stream, or else the query, or else the newest job. */
export function work(application) {
  const { state, viewable, progress } = application;
  if (STATES[state]) return STATES[state];
  if (!viewable) return "–";
  if (!progress) return "…";
  const { job, runningJobs, query, stream } = progress;
  if (stream) {
    const name = stream.name || "Streaming query";
    const batch = stream.batch === undefined ? name : `${name}, batch ${stream.batch}`;
    return andMore(batch, stream.more, "stream");
  }
  if (query) return query.description?.replace(/\s+/g, " ").trim() || `Query ${query.id}`;
  if (runningJobs > 0) {
    const first = job ? description(job) : "Job";
    return andMore(first, runningJobs - 1, "job");
  }
  if (!job) return "No job yet";
  return job.status === "succeeded" || job.status === "failed"
    ? `Last job ${job.status}: ${description(job)}`
    : `Last job: ${description(job)}`;
}

/** The page of the current work, relative to the application's link. */
export function workPath({ state, progress }) {
  if (state === "ended" || !progress) return undefined;
  if (progress.stream) return "StreamingQuery/";
  return (progress.query ?? progress.job)?.link;
}

/**
 * The facts of the current work that change with the time, each as a short text.
 *
 * @param isOld whether they are from a report too old to estimate from
 */
export function facts(application, now, isOld = false) {
  const { job, query, stream, estimate, runningJobs, gcShare, idleCoreMillis } =
    application.progress ?? {};
  if (!application.progress || application.state === "ended") return [];
  const found = [];
  if (stream) {
    if (stream.batchMillis !== undefined) found.push(`${pace(stream.batchMillis)} per batch`);
    if (stream.growing) found.push("batches take longer and longer");
  } else if (query || runningJobs > 0) {
    if (runningJobs > 0 && job?.stages > 1) found.push(`stage ${job.stage} of ${job.stages}`);
    const started = query ? query.started : job?.started;
    if (started !== undefined) found.push(duration(now - started));
  } else if (job?.ended !== undefined) {
    found.push(`${roughly(now - job.ended)} ago`);
  }
  // A stream does not end with its batch, and a verdict such as "stuck" contradicts an estimate.
  if (!stream && !isOld && !NO_PACE.includes(application.verdict)) {
    if (estimate?.restMillis !== undefined) found.push(estimated(estimate.restMillis));
    else if (estimate?.unknown) found.push("no estimate: uneven pace");
  }
  if (gcShare > 0.1) found.push(`GC ${percent(gcShare)}`);
  if (idleCoreMillis >= 360_000) found.push(`${number(idleCoreMillis / 3_600_000)} core-hours idle`);
  return found;
}

function estimated(millis) {
  if (millis < 10_000) return "a few seconds left";
  if (millis < 55_000) return `about ${Math.round(millis / 10_000)}0 s left`;
  if (millis < 3_570_000) return `about ${Math.round(millis / 60_000)} min left`;
  return `about ${duration(Math.round(millis / 60_000) * 60_000)} left`;
}

/** The time for which the cause of a verdict holds. */
export function since({ verdictSince, state }, now) {
  return verdictSince === undefined || state === "ended" ? "" : `for ${roughly(now - verdictSince)}`;
}

/** The end of an application, as far as it is known. */
export function ending({ ended, endText, reason: cause, eventLog, progress }, now) {
  const last = progress?.job?.status === "failed" ? "Its last job failed" : undefined;
  const history =
    eventLog === false ? "its driver wrote no event log" : "its history is not available yet";
  const sentence = `Ended ${duration(now - ended)} ago; ${history}`;
  return [sentence, endText, cause || last].filter(Boolean).join(". ");
}

// In the words and the order of Spark's own bars.
export function counts({ total, done, active, failed, killed, skipped }) {
  const some = (count, word) => (count > 0 ? ` (${count} ${word})` : "");
  return (
    `${done}/${total}` +
    some(active, "running") +
    some(failed, "failed") +
    some(killed, "killed") +
    some(skipped, "skipped")
  );
}

export function countsInWords({ total, done, active, failed, killed, skipped }) {
  const some = (count, word) => (count > 0 ? `, ${count} ${word}` : "");
  return (
    `${done} of ${plural(total, "task")} done` +
    some(active, "running") +
    some(failed, "failed") +
    some(killed, "killed") +
    some(skipped, "skipped")
  );
}

/** Busy cores of the cores of the executors. */
export function cores({ cores: held, coresBusy: busy } = {}) {
  if (held === undefined) return undefined;
  return busy === undefined || held === 0 ? number(held) : `${number(busy)} of ${number(held)}`;
}
