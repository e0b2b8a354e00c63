// The list as values: filter terms, order, groups and sums. Nothing here touches the document.
import { VERDICTS, nameOf, number, plural, verdictWord } from "./words.js";

// ---- Filter

const KEYS = ["user", "verdict", "namespace", "name", "id"];
const TERM = /(-?)(?:(\w+):)?(?:"([^"]*)"?|(\S+))/g;

/**
 * The terms of a filter: `user:ada verdict:failing,stuck -namespace:dev name:"daily report" text`.
 * A key that does not exist belongs to the text.
 */
export function terms(text) {
  const found = [];
  for (const [whole, minus, key, quoted, plain] of text.matchAll(TERM)) {
    const name = key?.toLowerCase();
    if (KEYS.includes(name)) {
      // A term without a value is one that the user has not typed to its end.
      const values = quoted === undefined ? plain.split(",").filter(Boolean) : [quoted];
      if (values.length > 0) found.push({ key: name, not: minus === "-", values });
    } else if (!KEYS.includes(whole.slice(0, -1).toLowerCase()) || !whole.endsWith(":")) {
      found.push({ values: [quoted !== undefined && !key && !minus ? quoted : whole] });
    }
  }
  return found;
}

const sameVerdict = (text) => text.toLowerCase().replace(/[-_\s]+/g, "_");

/** Tests a value of the application: the whole value with wildcards, or a part of name and id. */
function tester(key, value) {
  if (key === "verdict") return (application) => application.verdict === sameVerdict(value);
  const wanted = value.toLowerCase();
  if (key === "name" || key === "id") {
    return (application) => String(application[key] ?? "").toLowerCase().includes(wanted);
  }
  const pattern = wanted.split("*").map((part) => part.replace(/[^\w\s]/g, "\\$&")).join(".*");
  const whole = new RegExp(`^${pattern}$`, "s");
  return (application) => whole.test(String(application[key] ?? "").toLowerCase());
}

/**
 * The condition that a filter text stands for, or undefined if all applications match. Values of
 * one key are alternatives; different keys and the words of the text must all match.
 *
 * @param ignored keys of terms without effect
 */
export function matcher(text, ignored = []) {
  const conditions = [];
  const alternatives = new Map();
  for (const { key, not, values } of terms(text)) {
    if (ignored.includes(key)) continue;
    if (key === undefined) {
      const wanted = values[0].toLowerCase();
      conditions.push((_, shown) => shown.includes(wanted));
      continue;
    }
    const tests = values.map((value) => tester(key, value));
    const matches = (application) => tests.some((test) => test(application));
    if (not) conditions.push((application) => !matches(application));
    else alternatives.set(key, [...(alternatives.get(key) ?? []), matches]);
  }
  for (const tests of alternatives.values()) {
    conditions.push((application) => tests.some((test) => test(application)));
  }
  if (conditions.length === 0) return undefined;
  return (application, shown) => conditions.every((condition) => condition(application, shown));
}

/** The verdicts that a filter text names. */
export function verdictsOf(text) {
  const named = terms(text).filter(({ key, not }) => key === "verdict" && !not);
  return named.flatMap(({ values }) => values.map(sameVerdict));
}

/** The filter text with the verdict added or removed; without a verdict, all are removed. */
export function toggleVerdict(text, verdict) {
  const named = verdictsOf(text);
  const rest = text.replace(/(^|\s)verdict:("[^"]*"?|\S*)/gi, " ").replace(/\s+/g, " ").trim();
  if (verdict === undefined) return rest;
  const wanted = named.includes(verdict)
    ? named.filter((each) => each !== verdict)
    : [...named, verdict];
  return [rest, wanted.length > 0 ? `verdict:${wanted.join(",")}` : ""].filter(Boolean).join(" ");
}

// ---- Order

const rank = ({ verdict }) => {
  if (verdict === undefined) return VERDICTS.length;
  const place = VERDICTS.indexOf(verdict);
  // A verdict of a later version.
  return place < 0 ? VERDICTS.indexOf("running") : place;
};

const share = ({ progress }) =>
  progress?.tasks?.total > 0 ? progress.tasks.done / progress.tasks.total : undefined;

/** For each column its value to sort by, and the direction of the first click. */
const SORTS = {
  verdict: [rank, "up"],
  name: [nameOf, "up"],
  id: [({ id }) => id, "up"],
  user: [({ user }) => user, "up"],
  namespace: [({ namespace }) => namespace, "up"],
  started: [({ started }) => started, "down"],
  duration: [({ started }) => -started, "down"],
  executors: [({ progress }) => progress?.executors, "down"],
  cores: [({ progress }) => progress?.cores, "down"],
  progress: [share, "down"],
};
const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export const DEFAULT_SORT = { column: "verdict", descending: false };

/** The order that `cores` or `-cores` stands for, or else the default. */
export function parseSort(text) {
  const [, minus, column] = /^(-?)(.*)$/s.exec(text ?? "");
  return Object.hasOwn(SORTS, column) ? { column, descending: minus === "-" } : DEFAULT_SORT;
}

export const sortText = ({ column, descending }) => (descending ? `-${column}` : column);

/** The order after a click on the head of a column. */
export function nextSort(current, column) {
  if (current.column === column) return { column, descending: !current.descending };
  return { column, descending: SORTS[column][1] === "down" };
}

function compare(a, b, descending) {
  // An unknown value is last in both directions.
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const order = typeof a === "string" ? COLLATOR.compare(a, b) : a - b;
  return descending ? -order : order;
}

/**
 * Sorts applications. Equal ones keep the order of the server, the newest first. Ended ones are
 * last; on the home page they are in the History Server's own table.
 */
export function inOrder(applications, onHomePage, { column, descending } = DEFAULT_SORT) {
  const running = applications.filter(({ state }) => state !== "ended");
  const ended = applications.filter(({ state }) => state === "ended");
  const value = SORTS[column][0];
  const sorted = running
    .map((application) => ({ application, value: value(application) }))
    .sort((a, b) => compare(a.value, b.value, descending))
    .map(({ application }) => application);
  return { running: sorted, all: onHomePage ? sorted : [...sorted, ...ended] };
}

// ---- Groups and sums

export const GROUPS = ["user", "namespace"];
const SUMMED = ["executors", "cores"];

/** The sums over applications, as far as their drivers have reported the numbers. */
export function sums(applications) {
  const total = { applications: applications.length, verdicts: {} };
  for (const { verdict, progress } of applications) {
    if (verdict) total.verdicts[verdict] = (total.verdicts[verdict] ?? 0) + 1;
    for (const name of ["executors", "cores", "coresBusy", "idleCoreMillis"]) {
      if (progress?.[name] !== undefined) total[name] = (total[name] ?? 0) + progress[name];
    }
  }
  return total;
}

/** A group in one line. */
export function sumsText(total) {
  const bad = VERDICTS.slice(0, VERDICTS.indexOf("finishing"))
    .filter((verdict) => total.verdicts[verdict])
    .map((verdict) => `${total.verdicts[verdict]} ${verdictWord(verdict)}`);
  const held = total.executors === undefined ? [] : [plural(total.executors, "executor")];
  return [plural(total.applications, "application"), ...bad, ...held, coresText(total)]
    .filter(Boolean)
    .join(" · ");
}

export function coresText({ cores, coresBusy }) {
  if (!cores) return "";
  return coresBusy === undefined
    ? plural(cores, "core")
    : `cores ${number(coresBusy)} of ${number(cores)} busy`;
}

/**
 * Brings the applications of each user or namespace together, without changing their order. The
 * groups have the order of their first applications, or of their sums where the column has a sum.
 */
export function grouped(applications, by, { column, descending } = DEFAULT_SORT) {
  if (!GROUPS.includes(by)) return [{ applications }];
  const groups = new Map();
  for (const application of applications) {
    const ended = application.state === "ended";
    const name = ended ? "Ended" : application[by] || `No ${by}`;
    const key = `${ended} ${name}`;
    if (!groups.has(key)) groups.set(key, { key, name, ended, applications: [] });
    groups.get(key).applications.push(application);
  }
  const found = [...groups.values()];
  if (!SUMMED.includes(column)) return found;
  return found
    .map((group) => ({ group, sum: group.ended ? undefined : sums(group.applications)[column] }))
    .sort((a, b) => compare(a.sum, b.sum, descending))
    .map(({ group }) => group);
}

// ---- Totals

/** The totals of the server; a filter of an earlier version sends none. */
export function totalsOf({ totals, applications }) {
  if (totals) return totals;
  return sums(applications.filter(({ state }) => state !== "ended"));
}

/** The list without pending applications, which have a row on the overview alone. */
export function withoutPending(list) {
  const { applications, totals } = list;
  const started = applications.filter(({ state }) => state !== "pending");
  if (!totals) return { ...list, applications: started };
  const { pending = 0, ...verdicts } = totals.verdicts;
  return {
    ...list,
    applications: started,
    totals: { ...totals, applications: totals.applications - pending, verdicts },
  };
}

const UNREMARKABLE = ["finishing", "running", "pending", "starting", "ended", undefined];

/** Whether the verdict of an application needs attention. */
export const needsAttention = ({ verdict }) => !UNREMARKABLE.includes(verdict);

/** How many applications there are of each namespace, or of each user if there are none. */
export function countsByNamespace(applications) {
  const by = applications.some(({ namespace }) => namespace) ? "namespace" : "user";
  const found = new Map();
  for (const application of applications) {
    const name = application[by] || `no ${by}`;
    found.set(name, (found.get(name) ?? 0) + 1);
  }
  return [...found].sort((a, b) => b[1] - a[1]);
}

/**
 * The elements of a list that may stay where they are: the longest part of the new order that is
 * in the old order too. All others move.
 */
export function unmoved(places) {
  const tails = [];
  const before = [];
  places.forEach((place, i) => {
    if (place < 0) return;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[tails[middle]] < place) low = middle + 1;
      else high = middle;
    }
    before[i] = tails[low - 1];
    tails[low] = i;
  });
  const kept = new Set();
  for (let i = tails.at(-1); i !== undefined; i = before[i]) kept.add(i);
  return kept;
}
