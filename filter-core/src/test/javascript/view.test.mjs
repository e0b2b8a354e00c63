import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import {
  Table,
  View,
  dateAndTime,
} from "../../main/resources/io/sparklive/pages/running.js";
import { Element, closePage, openPage } from "./document.mjs";

// running.js takes the directory two levels up for the base of live UIs.
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
const answer = (applications, facts = {}) => ({ asOf: STARTED, applications, ...facts });
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
    assert.equal(text(table.element, "app-1", "progress"), "Idle");
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
    assert.equal(age(table.element, "app-1"), "6 s ago");
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

  test("has the order of the applications that it is given", () => {
    show(application("b"), application("a"), application("c"));
    assert.deepEqual(ids(table.element), ["b", "a", "c"]);

    show(application("c"), application("d"), application("b"));
    assert.deepEqual(ids(table.element), ["c", "d", "b"]);
    assert.equal(table.size, 3);
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
        assert.equal(table.filter(wanted), expected.length);
        assert.deepEqual(visible(), expected);
      });
    }

    test("shows all rows again if it is empty", () => {
      assert.equal(table.filter("ada"), 1);
      assert.equal(table.filter(" "), 3);
      assert.deepEqual(visible(), ["app-1", "app-2", "app-3"]);
      assert.equal(table.filter(""), 3);
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

  test("waits for the first answer", () => {
    open();
    assert.equal(none().textContent, "Loading running applications …");
    assert.equal(none().hidden, false);
    assert.equal(rows().hidden, true);
    assert.equal(tools().hidden, true);
    assert.equal(status().textContent, "");
  });

  test("says that no application is running", () => {
    open().show(answer([]));
    assert.equal(none().textContent, "No application is running.");
    assert.equal(none().hidden, false);
    assert.equal(rows().hidden, true);
    assert.equal(count(), "(0)");
  });

  test("counts the running applications alone, and lists ended ones last", () => {
    const ended = application("a", { state: "ended", ended: STARTED });
    open().show(answer([ended, application("b"), application("c")]));
    assert.equal(count(), "(2)");
    assert.deepEqual(ids(page.section), ["b", "c", "a"]);
    assert.equal(none().hidden, true);
    assert.equal(rows().hidden, false);
  });

  test("lists ended applications although no application is running", () => {
    open().show(answer([application("a", { state: "ended", ended: STARTED })]));
    assert.equal(count(), "(0)");
    assert.equal(none().hidden, false);
    assert.equal(rows().hidden, false);
  });

  test("lists no ended applications on the home page", () => {
    open("home").show(answer([application("a", { state: "ended", ended: STARTED })]));
    assert.deepEqual(ids(page.section), []);
    assert.equal(rows().hidden, true);
  });

  test("has a heading of its own page, and a section to fold on the home page", () => {
    open();
    assert.ok(names().includes("h1"));
    assert.ok(!names().includes("details"));

    open("home");
    assert.ok(names().includes("h4"));
    assert.ok(names().includes("details"));
    const link = one("class", "live-history-overview");
    assert.equal(link.getAttribute("href"), BASE);
    assert.equal(link.textContent, "as a page of its own");
  });

  test("has a filter from 11 applications on", () => {
    const view = open();
    view.show(answer(many(10)));
    assert.equal(tools().hidden, true);
    view.show(answer(many(11)));
    assert.equal(tools().hidden, false);
  });

  test("filters, says how many are found, and keeps the filter with few applications", () => {
    const view = open();
    view.show(answer(many(11)));
    assert.equal(found(), "");
    input().value = "app-7";
    input().dispatchEvent(new Event("input"));
    assert.equal(found(), "1 of 11");

    view.show(answer(many(9)));
    assert.equal(found(), "1 of 9");
    assert.equal(tools().hidden, false);
  });

  test("filters what a later answer brings", () => {
    const view = open();
    view.show(answer(many(11)));
    input().value = "new";
    input().dispatchEvent(new Event("input"));
    assert.equal(found(), "0 of 11");

    view.show(answer([...many(11), application("new")]));
    assert.equal(found(), "1 of 12");
    assert.equal(rowOf(page.section, "new").hidden, false);
    assert.equal(rowOf(page.section, "app-3").hidden, true);
  });

  test("clears the filter by Escape alone", () => {
    open().show(answer(many(11)));
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
    view.show(answer(many(10)));
    assert.equal(rows().getAttribute("role"), null);
    assert.equal(rows().getAttribute("tabindex"), null);
    view.show(answer(many(11)));
    assert.equal(rows().getAttribute("role"), "region");
    assert.equal(rows().getAttribute("aria-label"), "Running applications, scrollable");
    assert.equal(rows().getAttribute("tabindex"), "0");
    view.show(answer(many(10)));
    assert.equal(rows().getAttribute("role"), null);
    assert.equal(rows().getAttribute("aria-label"), null);
    assert.equal(rows().getAttribute("tabindex"), null);

    open().show(answer(many(11)));
    assert.equal(rows().getAttribute("role"), null);
  });

  test("counts by the clock of the server from its answer on", () => {
    const view = open();
    view.show(
      answer([application("app-1", { progress: progress({ ageMillis: 5_000 }) })], {
        asOf: STARTED + 10_000,
      }),
    );
    assert.equal(text(page.section, "app-1", "duration"), "10 s");
    assert.equal(age(page.section, "app-1"), "");

    now += 3_000;
    view.tick();
    assert.equal(text(page.section, "app-1", "duration"), "13 s");
    assert.equal(age(page.section, "app-1"), "8 s ago");
  });

  test("does not count before the first answer or while it is folded", () => {
    const view = open("home");
    view.tick();
    view.show(answer([application("app-1")]));
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
