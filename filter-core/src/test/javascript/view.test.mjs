import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { matcher } from "../../main/resources/io/sparklive/pages/model.js";
import { Table } from "../../main/resources/io/sparklive/pages/table.js";
import { View } from "../../main/resources/io/sparklive/pages/view.js";
import { dateAndTime } from "../../main/resources/io/sparklive/pages/words.js";
import { Element, closePage, goTo, openPage } from "./document.mjs";

// links.js takes the directory two levels up for the base of live UIs.
const BASE = new URL("../../main/resources/io/", import.meta.url).href;
const STARTED = Date.UTC(2026, 0, 5, 3, 4, 9);
const MARKUP = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>";
const NO_TASKS = { total: 0, done: 0, active: 0, failed: 0, killed: 0, skipped: 0 };

const application = (id, facts = {}) => ({
  id,
  name: `Name of ${id}`,
  user: "ada",
  started: STARTED,
  state: "live",
  viewable: true,
  ...facts,
});
const progress = (facts = {}) => ({ ageMillis: 0, runningJobs: 0, ...facts });
const response = (applications, facts = {}) => ({ asOf: STARTED, applications, ...facts });
const many = (count) => Array.from({ length: count }, (_, i) => application(`app-${i}`));

const rowOf = (root, id) => root.one("data-id", id);
const ids = (root) => root.all("data-id").map((row) => row.getAttribute("data-id"));
const cell = (root, id, column) => rowOf(root, id).one("data-column", column);
const text = (root, id, column) => cell(root, id, column).textContent;
const work = (root, id) => rowOf(root, id).one("class", "live-history-work");
const age = (root, id) => rowOf(root, id).one("class", "live-history-age").textContent;
const bar = (root, id) => rowOf(root, id).one("role", "progressbar");
const bars = (root, id) => rowOf(root, id).all("role", "progressbar");

let page;
let now;
const { performance } = globalThis;

beforeEach(() => {
  page = openPage();
  now = 5_000;
  globalThis.performance = { now: () => now };
});

afterEach(() => {
  globalThis.performance = performance;
  closePage();
  delete globalThis.localStorage;
});

describe("Table", () => {
  let table;

  beforeEach(() => {
    table = new Table();
    page.section.append(table.element);
  });

  const show = (...applications) => {
    table.show(applications);
    table.tick(STARTED, 0);
  };

  test("shows an application in a row", () => {
    show(application("app-1", { progress: progress({ executors: 3, cores: 12 }) }));

    assert.equal(text(table.element, "app-1", "name"), "Name of app-1");
    assert.equal(text(table.element, "app-1", "id"), "app-1");
    assert.equal(text(table.element, "app-1", "user"), "ada");
    assert.equal(text(table.element, "app-1", "started"), dateAndTime(STARTED));
    assert.equal(text(table.element, "app-1", "executors"), "3");
    assert.equal(text(table.element, "app-1", "cores"), "12");
    assert.equal(text(table.element, "app-1", "duration"), "0 s");
    assert.equal(text(table.element, "app-1", "progress"), "No job yet");
    const [link] = cell(table.element, "app-1", "name").childNodes;
    assert.equal(link.getAttribute("href"), `${BASE}app-1/`);
    assert.equal(rowOf(table.element, "app-1").getAttribute("data-state"), "live");
  });

  test("links to the event log of an application that writes one, and only then", () => {
    const links = () => cell(table.element, "app-1", "name").childNodes;
    show(application("app-1", { eventLog: true }));
    show(application("app-1", { eventLog: true }));

    assert.equal(links().length, 2);
    assert.equal(links()[1].getAttribute("href"), `${BASE}app-1/jobs/?live=false`);
    assert.equal(links()[1].getAttribute("aria-label"), "Event log of Name of app-1");

    show(application("app-1"));
    assert.equal(links().length, 1);
  });

  test("links to the logs of an application as long as there are some", () => {
    const links = () => cell(table.element, "app-1", "name").childNodes;
    show(application("app-1", { logs: "/sparkui/-/logs/app-1" }));
    assert.equal(links()[1].getAttribute("href"), `${BASE}-/logs/app-1`);
    assert.equal(links()[1].getAttribute("aria-label"), "Logs of Name of app-1");

    show(application("app-1", { logs: "/sparkui/-/logs/app-1", state: "ended" }));
    assert.equal(links().length, 2);

    show(application("app-1"));
    assert.equal(links().length, 1);
  });

  test("shows a count of zero, and a dash and the reason for an unknown count", () => {
    show(
      application("zero", { progress: progress({ executors: 0, cores: 0 }) }),
      application("unknown", { progress: progress() }),
      application("denied", { state: "running", viewable: false }),
    );

    for (const column of ["executors", "cores"]) {
      assert.equal(text(table.element, "zero", column), "0");
      assert.equal(cell(table.element, "zero", column).getAttribute("title"), null);
      assert.equal(text(table.element, "unknown", column), "–");
      assert.equal(cell(table.element, "unknown", column).getAttribute("title"), "Not known");
      assert.equal(text(table.element, "denied", column), "–");
      assert.equal(
        cell(table.element, "denied", column).getAttribute("title"),
        "You may not view its progress",
      );
    }
  });

  test("explains in a title why there is no progress, or a job without room for its name", () => {
    const running = { id: 1, status: "running", description: "count" };
    show(
      application("idle", { progress: progress() }),
      application("denied", { state: "running", viewable: false }),
      application("busy", { progress: progress({ runningJobs: 1, job: running }) }),
      application("gone", { state: "ended", ended: STARTED, viewable: false }),
    );

    assert.equal(work(table.element, "idle").getAttribute("title"), null);
    assert.equal(
      work(table.element, "denied").getAttribute("title"),
      "You may not view its progress",
    );
    assert.equal(work(table.element, "busy").getAttribute("title"), "count");
    assert.equal(work(table.element, "busy").getAttribute("data-job"), "running");
    assert.equal(work(table.element, "idle").getAttribute("data-job"), null);
    assert.equal(work(table.element, "gone").getAttribute("title"), null);
  });

  test("shows markup from users as text", () => {
    const job = { id: 1, status: "running", description: MARKUP };
    const tasks = { ...NO_TASKS, total: 1 };
    show(
      application("app-1", {
        name: MARKUP,
        user: "<b>eve</b>",
        namespace: "<i>",
        progress: progress({ runningJobs: 1, job, tasks }),
      }),
    );

    assert.equal(text(table.element, "app-1", "name"), MARKUP);
    assert.equal(text(table.element, "app-1", "user"), "<b>eve</b>");
    assert.equal(text(table.element, "app-1", "namespace"), "<i>");
    assert.equal(work(table.element, "app-1").textContent, MARKUP);
    assert.equal(bar(table.element, "app-1").getAttribute("aria-label"), `Tasks of ${MARKUP}`);
  });

  test("shows tasks in a bar, in text and for screen readers", () => {
    const tasks = { total: 8, done: 4, active: 2, failed: 3, killed: 5, skipped: 6 };
    show(application("app-1", { progress: progress({ tasks }) }));

    const shown = bar(table.element, "app-1");
    assert.equal(
      shown.textContent,
      "4/8 (2 running) (3 failed) (5 killed) (6 skipped)",
    );
    assert.equal(shown.one("class", "live-history-done").style.width, "50%");
    assert.equal(shown.one("class", "live-history-active").style.width, "25%");
    const words = "4 of 8 tasks done, 2 running, 3 failed, 5 killed, 6 skipped";
    for (const [name, value] of Object.entries({
      "aria-label": "Tasks of Name of app-1",
      "aria-valuemin": "0",
      "aria-valuemax": "8",
      "aria-valuenow": "4",
      "aria-valuetext": words,
      title: words,
      "data-active": "2",
      "data-failed": "3",
      "data-killed": "5",
      "data-skipped": "6",
    })) {
      assert.equal(shown.getAttribute(name), value, name);
    }
  });

  const facts = (id) => rowOf(table.element, id).one("class", "live-history-facts").textContent;
  const verdict = (id) => text(table.element, id, "verdict");
  const reason = (id) => rowOf(table.element, id).one("class", "live-history-reason");
  const look = (id) => bar(table.element, id).getAttribute("data-look");

  test("shows a verdict as a word with its time, and the reason as a link", () => {
    show(
      application("stuck", {
        verdict: "stuck",
        verdictSince: STARTED - 360_000,
        reason: "8 tasks run, and none finishes",
        reasonLink: "stages/stage/?id=7&attempt=0",
      }),
      application("silent", { verdict: "no_response", reason: "The driver does not respond" }),
      application("well", { verdict: "running" }),
      application("earlier version"),
      application("gone", { verdict: "ended", state: "ended", ended: STARTED, reason: "OOM" }),
    );

    assert.equal(verdict("stuck"), "stuckfor 6 min8 tasks run, and none finishes");
    assert.equal(rowOf(table.element, "stuck").getAttribute("data-verdict"), "stuck");
    assert.equal(
      reason("stuck").getAttribute("href"),
      `${BASE}stuck/stages/stage/?id=7&attempt=0`,
    );
    assert.equal(reason("stuck").getAttribute("title"), "8 tasks run, and none finishes");
    assert.equal(verdict("silent"), "no responseThe driver does not respond");
    assert.equal(reason("silent").getAttribute("href"), null);
    assert.equal(verdict("well"), "running");
    assert.equal(verdict("earlier version"), "");
    assert.equal(rowOf(table.element, "earlier version").getAttribute("data-verdict"), null);
    assert.equal(verdict("gone"), "ended");
    assert.match(work(table.element, "gone").textContent, /OOM$/);
  });

  test("links to nothing outside of the application", () => {
    for (const reasonLink of ["https://example.org/", "javascript:alert(1)", "../b/", "/", "//b/"]) {
      show(application("app-1", { reason: "x", reasonLink }));
      assert.equal(reason("app-1").getAttribute("href"), null, reasonLink);
    }
  });

  test("links to the work and to the executors, and removes the links at the end", () => {
    const job = { id: 7, status: "running", description: "count", link: "jobs/job/?id=7" };
    const running = progress({ runningJobs: 1, executors: 2, job });
    show(application("app-1", { progress: running }));
    const href = () => work(table.element, "app-1").getAttribute("href");
    const executors = () => cell(table.element, "app-1", "executors").childNodes[0];
    assert.equal(href(), `${BASE}app-1/jobs/job/?id=7`);
    assert.equal(executors().getAttribute("href"), `${BASE}app-1/executors/`);

    const query = { id: 12, link: "SQL/execution/?id=12" };
    show(application("app-1", { progress: { ...running, query } }));
    assert.equal(href(), `${BASE}app-1/SQL/execution/?id=12`);

    show(application("app-1", { state: "ended", ended: STARTED, progress: running }));
    assert.equal(href(), null);
    assert.equal(executors().getAttribute("href"), null);
  });

  test("shows elapsed time, stage, and estimate, which change with the time", () => {
    const job = { id: 7, status: "running", started: STARTED - 60_000, stage: 2, stages: 5 };
    const estimate = { restMillis: 240_000 };
    show(application("app-1", { progress: progress({ runningJobs: 1, job, estimate }) }));
    assert.equal(facts("app-1"), "stage 2 of 5 · 1 min 0 s · about 4 min left");
    table.tick(STARTED + 1_000, 1_000);
    assert.equal(facts("app-1"), "stage 2 of 5 · 1 min 1 s · about 4 min left");
  });

  test("shows the age of a report that says the same as before", () => {
    const report = (ageMillis) => progress({ executors: 3, ageMillis });
    show(application("app-1", { progress: report(9_000) }));
    assert.equal(age(table.element, "app-1"), "9 s old");
    show(application("app-1", { progress: report(40_000) }));
    assert.equal(age(table.element, "app-1"), "40 s old");
    show(application("app-1", { progress: { ...report(40_000), executors: 4 } }));
    assert.equal(text(table.element, "app-1", "executors"), "4");
  });

  test("shows no estimate from an old report", () => {
    const estimate = { restMillis: 240_000 };
    const report = (ageMillis) => progress({ runningJobs: 1, estimate, ageMillis });
    show(application("app-1", { progress: report(5_000) }));
    assert.equal(facts("app-1"), "about 4 min left");
    table.tick(STARTED + 1_100, 1_100);
    assert.equal(facts("app-1"), "");
    assert.equal(age(table.element, "app-1"), "6 s old");
    show(application("app-1", { progress: report(0) }));
    assert.equal(facts("app-1"), "about 4 min left");
  });

  test("marks a stream whose batches take longer and longer", () => {
    const stream = { name: "orders", batch: 41, batchMillis: 1_800, growing: true };
    show(application("app-1", { progress: progress({ stream }) }));
    assert.equal(work(table.element, "app-1").textContent, "orders, batch 41");
    assert.equal(facts("app-1"), "1.8 s per batch · batches take longer and longer");
    assert.equal(table.element.all("data-growing").length, 1);
  });

  test("has a bar that is grey without work, and looks different after the last task", () => {
    const all = { ...NO_TASKS, total: 4, done: 4 };
    show(
      application("idle", { progress: progress({ tasks: all }) }),
      application("finishing", { progress: progress({ runningJobs: 1, tasks: all }) }),
      application("busy", { progress: progress({ runningJobs: 1, tasks: { ...all, done: 3 } }) }),
      application("query", { progress: progress({ query: { id: 1 }, tasks: all }) }),
      application("gone", { state: "ended", ended: 0, progress: progress({ tasks: all }) }),
    );
    assert.equal(look("idle"), "idle");
    assert.equal(look("finishing"), "finishing");
    assert.equal(look("busy"), "running");
    assert.equal(look("query"), "running");
    assert.equal(look("gone"), "idle");
  });

  test("marks a retried task and a failed job differently", () => {
    const tasks = { ...NO_TASKS, total: 4, failed: 1 };
    const job = { id: 1, status: "failed" };
    show(
      application("retried", { progress: progress({ runningJobs: 1, tasks, job: { id: 1, status: "running" } }) }),
      application("failed", { progress: progress({ tasks: NO_TASKS, job }) }),
    );
    assert.equal(bar(table.element, "retried").getAttribute("data-failed"), "1");
    assert.equal(work(table.element, "retried").getAttribute("data-job"), "running");
    assert.equal(bar(table.element, "failed").getAttribute("data-failed"), "0");
    assert.equal(work(table.element, "failed").getAttribute("data-job"), "failed");
  });

  test("shows busy cores, and the id alone as text", () => {
    show(application("app-1", { progress: progress({ cores: 1600, coresBusy: 12 }) }));
    assert.equal(text(table.element, "app-1", "cores"), "12 of 1,600");
    assert.equal(text(table.element, "app-1", "id"), "app-1");
    const copy = rowOf(table.element, "app-1").one("class", "live-history-copy");
    assert.equal(copy.getAttribute("aria-label"), "Copy app-1");
    assert.equal(copy.getAttribute("tabindex"), "-1");
  });

  test("copies an id, also without a clipboard object", async () => {
    const copied = [];
    const press = async () => {
      rowOf(table.element, "app-1")
        .one("class", "live-history-copy")
        .dispatchEvent(new Event("click"));
      await new Promise((resolve) => setImmediate(resolve));
    };
    show(application("app-1"));
    const { navigator } = globalThis;
    const put = (value) =>
      Object.defineProperty(globalThis, "navigator", { value, configurable: true, writable: true });
    put({ clipboard: { writeText: async (text) => copied.push(text) } });
    await press();
    put({});
    page.document.execCommand = (name) => copied.push(name) > 0;
    await press();
    put(navigator);
    assert.deepEqual(copied, ["app-1", "copy"]);
    const copy = rowOf(table.element, "app-1").one("class", "live-history-copy");
    assert.equal(copy.getAttribute("data-copied"), "true");
    assert.equal(text(table.element, "app-1", "id"), "app-1");
  });

  test("keeps the focus in a row that moves", () => {
    show(application("a"), application("b"), application("c"));
    const link = cell(table.element, "c", "name").childNodes[0];
    link.focus();
    show(application("c"), application("a"), application("b"));
    assert.deepEqual(ids(table.element), ["c", "a", "b"]);
    assert.equal(page.document.activeElement, link);
  });

  test("updates the bar, and removes it if there are no tasks any more", () => {
    const withTasks = (tasks) => application("app-1", { progress: progress({ tasks }) });
    show(withTasks({ ...NO_TASKS, total: 4, active: 1 }));
    show(withTasks({ ...NO_TASKS, total: 4, done: 1 }));
    assert.equal(bar(table.element, "app-1").textContent, "1/4");
    assert.equal(bar(table.element, "app-1").getAttribute("data-active"), "0");

    show(withTasks(undefined));
    assert.deepEqual(bars(table.element, "app-1"), []);

    show(withTasks({ ...NO_TASKS, total: 4, done: 1 }));
    assert.equal(bar(table.element, "app-1").textContent, "1/4");
  });

  test("has an empty bar if a job has no tasks", () => {
    show(application("app-1", { progress: progress({ tasks: NO_TASKS }) }));

    const shown = bar(table.element, "app-1");
    assert.equal(shown.one("class", "live-history-done").style.width, "0%");
    assert.equal(shown.one("class", "live-history-active").style.width, "0%");
  });

  test("counts the duration of a running application with the time", () => {
    show(application("app-1"));
    table.tick(STARTED + 61_000, 0);
    assert.equal(text(table.element, "app-1", "duration"), "1 min 1 s");
  });

  test("keeps the duration of an ended application and counts the time since its end", () => {
    show(application("app-1", { state: "ended", ended: STARTED + 5_000 }));
    table.tick(STARTED + 12_000, 0);

    assert.equal(text(table.element, "app-1", "duration"), "5 s");
    assert.equal(
      work(table.element, "app-1").textContent,
      "Ended 7 s ago; its history is not available yet",
    );
    assert.equal(rowOf(table.element, "app-1").getAttribute("class"), "live-history-ended");
  });

  test("shows the age of progress that is older than 6 seconds", () => {
    show(application("app-1", { progress: progress({ ageMillis: 4_000 }) }));
    const shown = cell(table.element, "app-1", "progress");

    table.tick(STARTED, 2_000);
    assert.equal(age(table.element, "app-1"), "");
    assert.equal(shown.getAttribute("data-old"), null);

    table.tick(STARTED, 2_001);
    assert.equal(age(table.element, "app-1"), "6 s old");
    assert.equal(shown.getAttribute("data-old"), "");

    show(application("app-1", { progress: progress() }));
    assert.equal(age(table.element, "app-1"), "");
    assert.equal(shown.getAttribute("data-old"), null);
  });

  test("shows no age without progress or after the end", () => {
    const old = progress({ ageMillis: 60_000 });
    show(
      application("starting", { state: "starting" }),
      application("gone", { state: "ended", ended: STARTED, progress: old }),
    );
    table.tick(STARTED + 60_000, 60_000);

    assert.equal(age(table.element, "starting"), "");
    assert.equal(age(table.element, "gone"), "");
  });

  test("shows why a driver waits, and no details of it", () => {
    show(
      application("app-1", {
        state: "pending",
        verdict: "pending",
        verdictSince: STARTED,
        reason: "Image x cannot be pulled",
      }),
      application("app-2"),
    );
    table.tick(STARTED + 60_000, 0);
    const [pending, running] = table.element.all("class", "live-history-toggle");

    assert.equal(pending.getAttribute("disabled"), "");
    assert.equal(running.getAttribute("disabled"), null);
    const [reason] = table.element.all("class", "live-history-reason");
    assert.equal(reason.textContent, "Image x cannot be pulled");
    const [since] = table.element.all("class", "live-history-since");
    assert.equal(since.textContent, "for 1 min");
  });

  test("has the order of the applications that it is given", () => {
    show(application("b"), application("a"), application("c"));
    assert.deepEqual(ids(table.element), ["b", "a", "c"]);

    show(application("c"), application("d"), application("b"));
    assert.deepEqual(ids(table.element), ["c", "d", "b"]);
    assert.equal(table.size, 3);
  });

  test("has a line with sums above each group, which folds it", () => {
    const held = (cores) => progress({ executors: 1, cores, coresBusy: 1 });
    const list = [
      application("1", { progress: held(4), verdict: "idle" }),
      application("2", { user: "bob", progress: held(8) }),
      application("3", { progress: held(16) }),
    ];
    const lines = () =>
      table.element.all("class", "live-history-group").filter(({ hidden }) => !hidden);
    const seen = () => ids(table.element).filter((id) => !rowOf(table.element, id).hidden);
    table.show(list, "user");
    table.filter(undefined);
    assert.deepEqual(
      lines().map(({ textContent }) => textContent),
      [
        "ada2 applications · 1 idle · 2 executors · cores 2 of 20 busy",
        "bob1 application · 1 executor · cores 1 of 8 busy",
      ],
    );
    assert.deepEqual(ids(table.element), ["1", "3", "2"]);

    const [toggle] = lines()[0].all("aria-expanded");
    toggle.dispatchEvent(new Event("click"));
    assert.equal(toggle.getAttribute("aria-expanded"), "false");
    assert.deepEqual(seen(), ["2"]);
    table.show(list, "user");
    table.filter(undefined);
    assert.deepEqual(seen(), ["2"]);
    toggle.dispatchEvent(new Event("click"));
    assert.deepEqual(seen(), ["1", "3", "2"]);

    assert.equal(table.filter(matcher("id:2")).length, 1);
    assert.equal(lines().length, 1);
    table.show(list, "");
    table.filter(undefined);
    assert.deepEqual(lines(), []);
    assert.deepEqual(seen(), ["1", "2", "3"]);
  });

  test("moves only the row of an application that has ended", () => {
    const ended = application("a", { state: "ended", ended: STARTED });
    show(application("a"), application("b"), application("c"));
    const [a, b, c] = ["a", "b", "c"].map((id) => rowOf(table.element, id));
    const moved = [];
    const body = a.parentNode;
    body.insertBefore = (row, next) => {
      moved.push(row.getAttribute("data-id"));
      Element.prototype.insertBefore.call(body, row, next);
    };

    show(application("b"), application("c"), ended);
    assert.deepEqual(ids(table.element), ["b", "c", "a"]);
    assert.deepEqual(moved, ["a"]);
    assert.deepEqual(body.childNodes, [b, c, a]);
  });

  test("writes nothing if nothing has changed", () => {
    const tasks = { ...NO_TASKS, total: 4, done: 1 };
    const same = application("app-1", { progress: progress({ executors: 1, cores: 2, tasks }) });
    show(same, application("app-2"));
    Element.changes = 0;

    show(same, application("app-2"));
    assert.equal(Element.changes, 0);
  });

  test("has a column for namespaces if one application has a namespace", () => {
    const columns = () =>
      table.element.all("scope", "col").map((column) => column.getAttribute("data-column"));
    const heads = () => table.element.all("scope", "col").map((column) => column.textContent);
    show(application("a"), application("b"));
    assert.deepEqual(columns(), [
      "verdict",
      "name",
      "id",
      "user",
      "started",
      "duration",
      "executors",
      "cores",
      "progress",
    ]);
    assert.equal(table.element.getAttribute("data-namespaces"), "false");

    show(application("a"), application("b", { namespace: "etl" }));
    assert.deepEqual(heads(), [
      "Verdict",
      "App Name",
      "App ID",
      "Spark User",
      "Namespace",
      "Started",
      "Duration",
      "Executors",
      "Cores",
      "Progress",
    ]);
    assert.equal(table.element.getAttribute("data-namespaces"), "true");
    assert.equal(text(table.element, "a", "namespace"), "");
    assert.equal(text(table.element, "b", "namespace"), "etl");
    assert.deepEqual(ids(table.element), ["a", "b"]);
  });

  describe("filter", () => {
    const visible = () =>
      table.element
        .all("data-id")
        .filter((row) => !row.hidden)
        .map((row) => row.getAttribute("data-id"));

    beforeEach(() => {
      show(
        application("app-1", { user: "ada", namespace: "etl" }),
        application("app-2", { user: "bob", name: "Nightly Load" }),
        application("app-3", { user: "bob", state: "starting" }),
      );
    });

    for (const [wanted, expected] of [
      ["ADA", ["app-1"]],
      ["  ada ", ["app-1"]],
      ["night", ["app-2"]],
      ["app-3", ["app-3"]],
      ["etl", ["app-1"]],
      ["STARTING", ["app-3"]],
      ["bob", ["app-2", "app-3"]],
      ["eve", []],
      // Two columns beside each other are not one text.
      ["loadapp", []],
      [".", []],
    ]) {
      test(`finds ${JSON.stringify(wanted)} in ${JSON.stringify(expected)}`, () => {
        assert.equal(table.filter(matcher(wanted)).length, expected.length);
        assert.deepEqual(visible(), expected);
      });
    }

    test("shows all rows again if it is empty", () => {
      assert.equal(table.filter(matcher("ada")).length, 1);
      assert.equal(table.filter(matcher(" ")).length, 3);
      assert.deepEqual(visible(), ["app-1", "app-2", "app-3"]);
      assert.equal(table.filter(undefined).length, 3);
    });
  });
});

describe("View", () => {
  const open = (place) => {
    page = openPage(place);
    return new View(page.section);
  };
  const one = (name, value) => page.section.one(name, value);
  const none = () => one("class", "live-history-none");
  const rows = () => one("class", "live-history-rows");
  const tools = () => one("class", "live-history-tools");
  const count = () => one("class", "live-history-count").textContent;
  const status = () => one("role", "status");
  const input = () => one("type", "search");
  const found = () => one("id", "live-history-found").textContent;
  const details = () => [...page.section.descendants()].find((e) => e.localName === "details");
  const names = () => [...page.section.descendants()].map((e) => e.localName);

  test("waits for the first response", () => {
    open();
    assert.equal(none().textContent, "Loading running applications …");
    assert.equal(none().hidden, false);
    assert.equal(rows().hidden, true);
    assert.equal(tools().hidden, true);
    assert.equal(status().textContent, "");
  });

  test("says that no application is running", () => {
    open().show(response([]));
    assert.equal(none().textContent, "No application is running.");
    assert.equal(none().hidden, false);
    assert.equal(rows().hidden, true);
    assert.equal(count(), "(0)");
  });

  test("counts the running applications alone, and lists ended ones last", () => {
    const ended = application("a", { state: "ended", ended: STARTED });
    open().show(response([ended, application("b"), application("c")]));
    assert.equal(count(), "(2)");
    assert.deepEqual(ids(page.section), ["b", "c", "a"]);
    assert.equal(none().hidden, true);
    assert.equal(rows().hidden, false);
  });

  test("lists ended applications although no application is running", () => {
    open().show(response([application("a", { state: "ended", ended: STARTED })]));
    assert.equal(count(), "(0)");
    assert.equal(none().hidden, false);
    assert.equal(rows().hidden, false);
  });

  test("lists no ended applications on the home page", () => {
    open("home").show(response([application("a", { state: "ended", ended: STARTED })]));
    assert.deepEqual(ids(page.section), []);
    assert.equal(rows().hidden, true);
  });

  test("lists and counts pending applications on the overview alone", () => {
    const pending = application("a", { state: "pending", verdict: "pending" });
    const list = response([pending, application("b", { verdict: "running" })], {
      totals: { applications: 2, verdicts: { running: 1, pending: 1 } },
    });
    const totals = () =>
      page.section
        .all("aria-pressed")
        .filter(({ hidden }) => !hidden)
        .map(({ textContent }) => textContent);

    open().show(list);
    assert.deepEqual(ids(page.section).sort(), ["a", "b"]);
    assert.deepEqual(totals().slice(0, 3), ["All 2", "Running 1", "Pending 1"]);

    open("home").show(list);
    assert.deepEqual(ids(page.section), ["b"]);
    assert.deepEqual(totals().slice(0, 2), ["All 1", "Running 1"]);
    assert.equal(totals().some((text) => text.startsWith("Pending")), false);
    assert.equal(count(), "(1)");

    open("home").show(response([pending]));
    assert.equal(none().textContent, "No application is running.");
    assert.equal(none().hidden, false);
  });

  test("has a heading of its own page, and a section to fold on the home page", () => {
    open();
    assert.ok(names().includes("h1"));

    open("home");
    assert.ok(names().includes("h4"));
    assert.ok(names().includes("details"));
    const link = one("class", "live-history-overview");
    assert.equal(link.getAttribute("href"), BASE);
    assert.equal(link.textContent, "as a page of its own");
  });

  test("has a filter from 11 applications on", () => {
    const view = open();
    view.show(response(many(10)));
    assert.equal(tools().hidden, true);
    view.show(response(many(11)));
    assert.equal(tools().hidden, false);
  });

  test("filters, says how many are found, and keeps the filter with few applications", () => {
    const view = open();
    view.show(response(many(11)));
    assert.equal(found(), "");
    input().value = "app-7";
    input().dispatchEvent(new Event("input"));
    assert.equal(found(), "1 of 11");

    view.show(response(many(9)));
    assert.equal(found(), "1 of 9");
    assert.equal(tools().hidden, false);
  });

  test("filters the applications of a later response", () => {
    const view = open();
    view.show(response(many(11)));
    input().value = "new";
    input().dispatchEvent(new Event("input"));
    assert.equal(found(), "0 of 11");

    view.show(response([...many(11), application("new")]));
    assert.equal(found(), "1 of 12");
    assert.equal(rowOf(page.section, "new").hidden, false);
    assert.equal(rowOf(page.section, "app-3").hidden, true);
  });

  test("clears the filter by Escape alone", () => {
    open().show(response(many(11)));
    const press = (key) => input().dispatchEvent(Object.assign(new Event("keydown"), { key }));
    input().value = "app-7";
    press("Enter");
    assert.equal(input().value, "app-7");
    assert.equal(found(), "");

    input().dispatchEvent(new Event("input"));
    press("Escape");
    assert.equal(input().value, "");
    assert.equal(found(), "");
    assert.ok(page.section.all("data-id").every((row) => !row.hidden));
  });

  test("makes many rows scrollable on the home page alone", () => {
    const view = open("home");
    view.show(response(many(10)));
    assert.equal(rows().getAttribute("role"), null);
    assert.equal(rows().getAttribute("tabindex"), null);
    view.show(response(many(11)));
    assert.equal(rows().getAttribute("role"), "region");
    assert.equal(rows().getAttribute("aria-label"), "Running applications, scrollable");
    assert.equal(rows().getAttribute("tabindex"), "0");
    view.show(response(many(10)));
    assert.equal(rows().getAttribute("role"), null);
    assert.equal(rows().getAttribute("aria-label"), null);
    assert.equal(rows().getAttribute("tabindex"), null);

    open().show(response(many(11)));
    assert.equal(rows().getAttribute("role"), null);
  });

  test("counts by the clock of the server from its response on", () => {
    const view = open();
    view.show(
      response([application("app-1", { progress: progress({ ageMillis: 5_000 }) })], {
        asOf: STARTED + 10_000,
      }),
    );
    assert.equal(text(page.section, "app-1", "duration"), "10 s");
    assert.equal(age(page.section, "app-1"), "");

    now += 3_000;
    view.tick();
    assert.equal(text(page.section, "app-1", "duration"), "13 s");
    assert.equal(age(page.section, "app-1"), "8 s old");
  });

  test("does not count before the first response or while it is folded", () => {
    const view = open("home");
    view.tick();
    view.show(response([application("app-1")]));
    details().open = false;
    now += 3_000;
    view.tick();
    assert.equal(text(page.section, "app-1", "duration"), "0 s");
    details().open = true;
    details().dispatchEvent(new Event("toggle"));
    assert.equal(text(page.section, "app-1", "duration"), "3 s");
  });

  test("remembers whether it is folded", () => {
    const stored = new Map();
    globalThis.localStorage = {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => stored.set(key, value),
    };
    open("home");
    assert.equal(details().open, true);
    details().open = false;
    details().dispatchEvent(new Event("toggle"));
    assert.deepEqual([...stored], [["live-history-closed", "true"]]);

    open("home");
    assert.equal(details().open, false);
    details().open = true;
    details().dispatchEvent(new Event("toggle"));
    assert.deepEqual([...stored], [["live-history-closed", "false"]]);

    open("home");
    assert.equal(details().open, true);
  });

  test("is open if storage is denied", () => {
    const denied = () => {
      throw new Error("denied");
    };
    globalThis.localStorage = { getItem: denied, setItem: denied };
    const view = open("home");
    assert.equal(view.isOpen, true);
    details().open = false;
    details().dispatchEvent(new Event("toggle"));
    assert.equal(view.isOpen, false);
  });

  test("calls back if it is opened, not if it is folded", () => {
    let calls = 0;
    const view = open("home");
    view.onOpen(() => (calls += 1));
    details().open = false;
    details().dispatchEvent(new Event("toggle"));
    assert.equal(calls, 0);
    details().open = true;
    details().dispatchEvent(new Event("toggle"));
    assert.equal(calls, 1);
  });

  describe("totals", () => {
    const totals = {
      applications: 303,
      verdicts: { failing: 25, no_response: 0, stuck: 4, running: 174 },
      cores: 2380,
      coresBusy: 1204,
      ended: { withinMillis: 3_600_000, count: 12, failed: 3 },
    };
    const line = () => one("class", "live-history-totals");
    const others = () => one("class", "live-history-other-totals");
    const shown = () =>
      [...line().childNodes.slice(0, -1), ...others().childNodes].filter(({ hidden }) => !hidden);
    const texts = () => shown().map(({ textContent }) => textContent);
    const press = (text) =>
      shown().find(({ textContent }) => textContent === text).dispatchEvent(new Event("click"));
    const pressed = () =>
      shown()
        .filter((each) => each.getAttribute("aria-pressed") === "true")
        .map(({ textContent }) => textContent);
    const list = () =>
      response(
        [
          application("a", { verdict: "failing" }),
          application("b", { verdict: "stuck" }),
          application("c", { verdict: "running" }),
        ],
        { totals },
      );
    const seen = () => ids(page.section).filter((id) => !rowOf(page.section, id).hidden);

    test("have the kinds that there are", () => {
      open().show(list());
      assert.deepEqual(texts(), [
        "All 303",
        "Failing 25",
        "Stuck 4",
        "Running 174",
        "cores 1,204 of 2,380 busy",
        "ended in the last hour: 12, 3 failed",
      ]);
      assert.deepEqual(pressed(), ["All 303"]);
    });

    test("filter by click", () => {
      const view = open();
      view.show(list());
      press("Failing 25");
      assert.equal(input().value, "verdict:failing");
      assert.deepEqual(seen(), ["a"]);
      assert.deepEqual(pressed(), ["Failing 25"]);
      assert.equal(tools().hidden, false);
      press("Stuck 4");
      assert.deepEqual(seen(), ["a", "b"]);
      view.show({ ...list(), totals: { ...totals, verdicts: { stuck: 3 } } });
      assert.deepEqual(pressed(), ["Failing 0", "Stuck 3"]);
      press("All 303");
      assert.equal(input().value, "");
      assert.deepEqual(seen(), ["a", "b", "c"]);
      view.show(list());
      press("Running 174");
      assert.equal(input().value, "verdict:running");
      assert.deepEqual(seen(), ["c"]);
    });

    test("are counted from the rows of an earlier version", () => {
      open().show(response([application("a", { progress: progress({ cores: 4 }) })]));
      assert.deepEqual(texts(), ["All 1", "4 cores"]);
    });

    test("have no cores before the first executor", () => {
      const none = { ...totals, cores: 0, coresBusy: 0, ended: undefined };
      open().show({ ...list(), totals: none });
      assert.deepEqual(texts(), ["All 303", "Failing 25", "Stuck 4", "Running 174"]);
    });

    test("lead to the ended applications", () => {
      open().show(list());
      press("ended in the last hour: 12, 3 failed");
      assert.equal(one("class", "live-history-recently-ended").open, true);

      open("home").show(list());
      assert.equal(shown().at(-1).getAttribute("href"), `${BASE}?ended`);
    });

    for (const [ended, expected] of [
      [{ withinMillis: 7_200_000, count: 1, failed: 0 }, "ended in the last 2 hours: 1"],
      [{ withinMillis: 600_000, count: 1, failed: 1 }, "ended in the last 10 minutes: 1, 1 failed"],
    ]) {
      test(expected, () => {
        open().show({ ...list(), totals: { ...totals, ended } });
        assert.equal(texts().at(-1), expected);
      });
    }
  });

  describe("order and groups", () => {
    const head = (name) =>
      page.section.all("data-column", name).find(({ localName }) => localName === "th");
    const click = (name) => head(name).childNodes[0].dispatchEvent(new Event("click"));
    const group = (value) => {
      const select = [...page.section.descendants()].find((e) => e.localName === "select");
      select.value = value;
      select.dispatchEvent(new Event("change"));
    };
    const list = response(
      [["a", 4], ["b", 30], ["c", 8]].map(([id, cores]) =>
        application(id, { progress: progress({ cores }) }),
      ),
    );

    test("change by a click on a head, which says so", () => {
      open().show(list);
      assert.equal(head("verdict").getAttribute("aria-sort"), "ascending");
      click("cores");
      assert.deepEqual(ids(page.section), ["b", "c", "a"]);
      assert.equal(head("cores").getAttribute("aria-sort"), "descending");
      assert.equal(head("verdict").getAttribute("aria-sort"), null);
      assert.equal(location.search, "?sort=-cores");
      click("cores");
      assert.deepEqual(ids(page.section), ["a", "c", "b"]);
      assert.equal(location.search, "?sort=cores");
      click("verdict");
      assert.equal(location.search, "");
    });

    test("are in the address, with the filter", () => {
      open().show(list);
      group("user");
      input().value = "user:ada verdict:failing";
      input().dispatchEvent(new Event("input"));
      assert.equal(location.search, "?group=user&filter=user:ada+verdict:failing");
    });

    test("are restored from the address", () => {
      page = openPage("overview", "https://example.org/sparkui/?filter=id:a&sort=-cores&group=user");
      const view = new View(page.section);
      view.show(list);
      assert.equal(input().value, "id:a");
      assert.equal(head("cores").getAttribute("aria-sort"), "descending");
      assert.equal(page.section.all("class", "live-history-group").length, 1);
      assert.equal(tools().hidden, false);
      assert.equal(found(), "1 of 3");
    });

    test("are in the fragment on the home page, whose query is Spark's", () => {
      const home = "https://example.org/hs/?showIncomplete=true";
      page = openPage("home", home);
      const view = new View(page.section);
      view.show(list);
      input().value = "id:a";
      input().dispatchEvent(new Event("input"));
      assert.equal(location.href, `${home}#live-history?filter=id:a`);
      click("cores");
      assert.equal(location.href, `${home}#live-history?filter=id:a&sort=-cores`);
      input().value = "";
      input().dispatchEvent(new Event("input"));
      click("verdict");
      assert.equal(location.href, home);

      goTo(`${home}#live-history?filter=id:b`);
      page.window.dispatchEvent(new Event("hashchange"));
      assert.equal(input().value, "id:b");
      assert.equal(found(), "1 of 3");
    });

    test("leave a fragment of another script alone", () => {
      page = openPage("home", "https://example.org/#top");
      new View(page.section).show(list);
      input().value = "id:a";
      input().dispatchEvent(new Event("input"));
      assert.equal(location.hash, "#top");
    });

    test("work although the browser limits the changes of the address", () => {
      open().show(list);
      history.replaceState = () => {
        throw new DOMException("too many", "SecurityError");
      };
      click("cores");
      assert.deepEqual(ids(page.section), ["b", "c", "a"]);
    });
  });

  test("says that the other table has the same applications", () => {
    page = openPage("home", "https://example.org/?showIncomplete=true");
    new View(page.section);
    assert.equal(page.section.all("class", "live-history-note").length, 1);
    open("home");
    assert.equal(page.section.all("class", "live-history-note").length, 0);
  });

  describe("recently ended", () => {
    const section = () => one("class", "live-history-recently-ended");
    const bodies = () => [...section().descendants()].filter((e) => e.localName === "tbody");
    const rowsOf = () => bodies()[0].childNodes;
    const text = (i, name) => rowsOf()[i].one("data-ended", name).textContent;
    const gone = (id, facts = {}) => ({
      id,
      name: `Name of ${id}`,
      user: "ada",
      started: 0,
      ended: STARTED - 60_000,
      viewable: true,
      result: "succeeded",
      history: "complete",
      ...facts,
    });
    const show = (view, ...recentlyEnded) => view.show(response([], { recentlyEnded }));
    const toggle = (isOpen) => {
      section().open = isOpen;
      section().dispatchEvent(new Event("toggle"));
    };

    test("are closed, and requested only while they are open", () => {
      const view = open();
      assert.equal(view.wantsEnded, false);
      let calls = 0;
      view.onOpen(() => (calls += 1));
      toggle(true);
      assert.equal(view.wantsEnded, true);
      assert.equal(calls, 1);
      assert.equal(location.search, "?ended");
      toggle(false);
      assert.equal(view.wantsEnded, false);
      assert.equal(calls, 1);
      assert.equal(location.search, "");

      page = openPage("overview", "https://example.org/sparkui/?ended");
      assert.equal(new View(page.section).wantsEnded, true);
    });

    test("are not on the home page", () => {
      const view = open("home");
      assert.equal(view.wantsEnded, false);
      assert.equal(page.section.all("class", "live-history-recently-ended").length, 0);
    });

    test("have a column for namespaces if there are any", () => {
      const view = open();
      const [table] = [...section().descendants()].filter((e) => e.localName === "table");
      show(view, gone("a"), gone("b"));
      assert.equal(table.getAttribute("data-namespaces"), "false");
      show(view, gone("a"), gone("b", { namespace: "etl" }));
      assert.equal(table.getAttribute("data-namespaces"), "true");
    });

    test("have result, reason and history", () => {
      const view = open();
      show(
        view,
        gone("a"),
        gone("b", { result: "failed", reason: MARKUP, history: "none", namespace: "etl" }),
        gone("c", { result: "unknown", history: "incomplete" }),
        gone("d", { viewable: false, result: undefined, history: undefined }),
        gone("e", { result: "failed", endText: "Exit code 1", reason: "boom" }),
        gone("f", { result: "unknown", endText: "The pod was deleted", logs: "/-/logs/f" }),
      );
      const logs = rowsOf()[5].one("data-ended", "history").childNodes[1];
      assert.equal(logs.getAttribute("href"), `${BASE}-/logs/f`);
      assert.equal(rowsOf()[0].one("data-ended", "history").childNodes.length, 1);
      assert.equal(text(0, "reason"), "");
      assert.equal(text(4, "reason"), "Exit code 1 · boom");
      assert.equal(text(5, "reason"), "The pod was deleted");
      assert.equal(text(0, "name"), "Name of a");
      assert.equal(text(0, "ended"), `${dateAndTime(STARTED - 60_000)} 1 min ago`);
      assert.equal(text(0, "result"), "succeeded");
      const [link] = rowsOf()[0].one("data-ended", "history").childNodes;
      assert.equal(link.getAttribute("href"), `${BASE}a/`);
      assert.equal(text(1, "result"), "failed");
      assert.equal(rowsOf()[1].one("data-ended", "result").getAttribute("data-result"), "failed");
      assert.equal(text(1, "reason"), MARKUP);
      assert.equal(text(1, "namespace"), "etl");
      assert.equal(text(1, "history"), "no event log");
      assert.equal(text(2, "history"), "not complete yet");
      assert.equal(text(3, "result"), "–");
      assert.equal(text(3, "history"), "–");
    });

    test("stay if a response does not contain them, and change only where they differ", () => {
      const view = open();
      assert.equal(one("class", "live-history-no-ended").textContent, "Loading …");
      show(view, gone("a"), gone("b"));
      const [a, b] = rowsOf();
      view.show(response([]));
      assert.equal(rowsOf().length, 2);
      show(view, gone("c"), gone("a", { history: "none" }), gone("b"));
      assert.deepEqual([rowsOf()[1], rowsOf()[2]], [a, b]);
      assert.equal(text(1, "history"), "no event log");
      show(view);
      assert.equal(rowsOf().length, 0);
      assert.equal(one("class", "live-history-no-ended").textContent, "No application has ended recently.");
      assert.equal(one("class", "live-history-no-ended").hidden, false);
    });

    test("are filtered, but not by verdict", () => {
      const view = open();
      show(view, gone("a"), gone("b", { user: "bob" }));
      const filter = (value) => {
        input().value = value;
        input().dispatchEvent(new Event("input"));
      };
      filter("user:bob verdict:failing");
      assert.deepEqual([...rowsOf()].map(({ hidden }) => hidden), [true, false]);
      filter("nothing");
      assert.equal(
        one("class", "live-history-no-ended").textContent,
        "No ended application matches the filter.",
      );
      filter("");
      assert.deepEqual([...rowsOf()].map(({ hidden }) => hidden), [false, false]);
    });
  });

  describe("wall mode", () => {
    const wall = (query = "?wall") => {
      page = openPage("overview", `https://example.org/sparkui/${query}`);
      return new View(page.section);
    };
    const seen = () => ids(page.section).filter((id) => !rowOf(page.section, id).hidden);
    const rest = () => one("class", "live-history-rest").textContent;
    const list = response([
      application("a", { verdict: "running", namespace: "etl" }),
      application("b", { verdict: "idle", namespace: "ml" }),
      application("c", { verdict: "failing", namespace: "etl" }),
      application("d", { verdict: "pending", namespace: "ml" }),
      application("e", { namespace: "ml" }),
    ]);

    test("shows the rows that need attention, and counts the others", () => {
      wall().show(list);
      assert.equal(page.section.getAttribute("data-wall"), "");
      assert.deepEqual(seen(), ["c", "b"]);
      assert.equal(rest(), "Not shown: ml 2 · etl 1");
      assert.match(one("class", "live-history-updated").textContent, /^Updated \d\d:\d\d:\d\d$/);
      assert.equal(page.section.all("type", "search").length, 0);
    });

    test("measures rows that can be seen", () => {
      const view = wall();
      let hidden;
      rows().getBoundingClientRect = () => {
        ({ hidden } = rows());
        return { bottom: 100 };
      };
      view.show(list);
      assert.equal(hidden, false);
    });

    test("requests no ended applications, and links to them", () => {
      const view = wall("?wall&ended");
      view.show({ ...list, totals: { applications: 5, verdicts: {}, ended: { withinMillis: 3_600_000, count: 1 } } });
      assert.equal(view.wantsEnded, false);
      const [link] = one("class", "live-history-totals").all("href", `${BASE}?ended`);
      assert.equal(link.textContent, "ended in the last hour: 1");
    });

    test("shows the rows that fit", () => {
      const view = wall();
      view.show(list);
      rows().getBoundingClientRect = () => ({ bottom: 100 });
      rowOf(page.section, "c").getBoundingClientRect = () => ({ bottom: 90 });
      rowOf(page.section, "b").getBoundingClientRect = () => ({ bottom: 140 });
      view.show(list);
      assert.deepEqual(seen(), ["c"]);
      assert.equal(rest(), "Not shown: ml 3 · etl 1");
      rowOf(page.section, "b").getBoundingClientRect = () => ({ bottom: 99 });
      page.window.dispatchEvent(new Event("resize"));
      assert.deepEqual(seen(), ["c", "b"]);
    });

    test("has a filter in its address", () => {
      wall("?wall&filter=namespace:ml").show(list);
      assert.deepEqual(seen(), ["b"]);
      const link = one("class", "live-history-wall-link");
      assert.equal(link.getAttribute("href"), "?filter=namespace:ml");
    });

    test("is a link on the overview", () => {
      open();
      assert.equal(one("class", "live-history-wall-link").getAttribute("href"), "?wall");
    });
  });

  test("writes a status once, so that it is read out once", () => {
    const view = open();
    view.say("Lost. ", "More.");
    assert.equal(status().textContent, "Lost. More.");
    Element.changes = 0;
    view.say("Lost. ", "More.");
    assert.equal(Element.changes, 0);
    view.say("");
    assert.deepEqual(status().childNodes, []);
  });
});
