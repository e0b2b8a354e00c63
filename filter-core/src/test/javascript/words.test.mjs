import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inOrder } from "../../main/resources/io/sparklive/pages/model.js";
import {
  counts,
  countsInWords,
  dateAndTime,
  bytes,
  cores,
  description,
  duration,
  ending,
  facts,
  isAtWork,
  nameOf,
  number,
  pace,
  plural,
  roughly,
  since,
  timeOfDay,
  verdictWord,
  work,
  workPath,
} from "../../main/resources/io/sparklive/pages/words.js";

// Times are shown in the zone of the browser: half an hour apart from UTC in hours and minutes.
process.env.TZ = "Asia/Kolkata";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Runs one test for each row: the last value is expected of the function for the others. */
function table(title, action, rows) {
  describe(title, () => {
    for (const row of rows) {
      const [expected, input] = [row.at(-1), row.slice(0, -1)];
      test(`${JSON.stringify(input)} -> ${JSON.stringify(expected)}`, () => {
        assert.deepEqual(action(...input), expected);
      });
    }
  });
}

table("plural", plural, [
  [0, "task", "0 tasks"],
  [1, "task", "1 task"],
  [2, "more job", "2 more jobs"],
  [11, "task", "11 tasks"],
]);

table("duration", duration, [
  [0, "0 s"],
  [999, "0 s"],
  [SECOND, "1 s"],
  [MINUTE - 1, "59 s"],
  [MINUTE, "1 min 0 s"],
  [MINUTE + SECOND, "1 min 1 s"],
  [HOUR - 1, "59 min 59 s"],
  [HOUR, "1 h 00 min"],
  [HOUR + 9 * MINUTE + 59 * SECOND, "1 h 09 min"],
  [23 * HOUR + 59 * MINUTE, "23 h 59 min"],
  [DAY - 1, "23 h 59 min"],
  [DAY, "1 d 0 h"],
  [10 * DAY + 5 * HOUR + 59 * MINUTE, "10 d 5 h"],
  // The clocks of a driver and of the History Server may differ.
  [-1, "0 s"],
  [-HOUR, "0 s"],
]);

table("roughly", roughly, [
  [-1, "0 s"],
  [59_999, "59 s"],
  [MINUTE + 30 * SECOND, "1 min"],
  [59 * MINUTE, "59 min"],
  [HOUR + 5 * MINUTE, "1 h 05 min"],
  [2 * DAY, "2 d 0 h"],
]);

table("pace", pace, [
  [0, "0 s"],
  [40, "0 s"],
  [180, "0.2 s"],
  [1_800, "1.8 s"],
  [9_949, "9.9 s"],
  [9_950, "9 s"],
  [30_000, "30 s"],
  [14 * MINUTE, "14 min"],
]);

table("number", number, [
  [0, "0"],
  [1204, "1,204"],
  [2.04, "2"],
]);

table("bytes", bytes, [
  [0, "0 B"],
  [1023, "1,023 B"],
  [1536, "1.5 KiB"],
  [3.2e9, "3 GiB"],
]);

table("verdictWord", verdictWord, [
  ["no_response", "no response"],
  ["stuck", "stuck"],
  [undefined, ""],
]);

table("timeOfDay", (millis) => timeOfDay(new Date(millis)), [
  [Date.UTC(2026, 0, 5, 0, 0, 0), "05:30:00"],
  [Date.UTC(2026, 0, 5, 17, 38, 9), "23:08:09"],
  [Date.UTC(2026, 0, 5, 18, 30, 59), "00:00:59"],
]);

table("dateAndTime", dateAndTime, [
  [Date.UTC(2026, 0, 5, 3, 4, 9), "2026-01-05 08:34:09"],
  [Date.UTC(2025, 11, 31, 18, 30, 0, 999), "2026-01-01 00:00:00"],
  [Date.UTC(2026, 10, 30, 10, 0, 0), "2026-11-30 15:30:00"],
]);

table("nameOf", (name) => nameOf({ name, id: "app-1" }), [
  ["Nightly load", "Nightly load"],
  ["<b>bold</b>", "<b>bold</b>"],
  [" ", "app-1"],
  ["", "app-1"],
  // Control and format characters and unassigned code points have nothing to see.
  ["\u0000\u200b\u2060\ufdd0\t", "app-1"],
  ["\u200b.", "\u200b."],
  ["日本", "日本"],
]);

table("description", (text) => description({ id: 7, description: text }), [
  ["count at Main.scala:3", "count at Main.scala:3"],
  ["id = 5<br/>runId = 6<br/>batch = 7", "id = 5 · runId = 6 · batch = 7"],
  ["a <BR> b<br />c\n<br\n/>\nd", "a · b · c · d"],
  ["  padded ", "padded"],
  ["<script>alert(1)</script>", "<script>alert(1)</script>"],
  ["<break>", "<break>"],
  ["SELECT a,\n  b\nFROM t", "SELECT a, b FROM t"],
  [
    "orders\nid = 5f0c1d2e-1111-2222-3333-444455556666\nrunId = 5f0c1d2e-1111-2222-3333-444455556667\nbatch = 41",
    "orders · batch = 41",
  ],
  [
    "id = 5F0C1D2E-1111-2222-3333-444455556666<br/>runId = 5f0c1d2e-1111-2222-3333-444455556667<br/>batch = init",
    "batch = init",
  ],
  ["", "Job 7"],
  ["  ", "Job 7"],
  [undefined, "Job 7"],
]);

const job = (status, text = "count") => ({ id: 3, status, description: text });
const live = (progress) => ({ state: "live", viewable: true, progress });

table("work", work, [
  [{ state: "starting", viewable: true }, "Starting"],
  [{ state: "no_ui", viewable: true }, "No UI"],
  [{ state: "auth_required", viewable: true }, "Driver requires login"],
  [{ state: "running", viewable: false }, "–"],
  [live(undefined), "…"],
  [live({ runningJobs: 0 }), "No job yet"],
  [live({ runningJobs: 1, job: job("running") }), "count"],
  [live({ runningJobs: 1, job: job("running", "a<br>b") }), "a · b"],
  [live({ runningJobs: 2, job: job("running") }), "count and 1 more job"],
  [live({ runningJobs: 4, job: job("running") }), "count and 3 more jobs"],
  [live({ runningJobs: 1 }), "Job"],
  [live({ runningJobs: 3 }), "Job and 2 more jobs"],
  [live({ runningJobs: 0, job: job("succeeded") }), "Last job succeeded: count"],
  [live({ runningJobs: 0, job: job("failed") }), "Last job failed: count"],
  [live({ runningJobs: 0, job: job("failed", "") }), "Last job failed: Job 3"],
  [live({ runningJobs: 0, job: job("unknown") }), "Last job: count"],
  [live({ runningJobs: 0, job: job("running") }), "Last job: count"],
]);

table("work of a query or a stream", (progress) => work(live({ runningJobs: 0, ...progress })), [
  [{ query: { id: 12, description: "SELECT 1\n FROM t" } }, "SELECT 1 FROM t"],
  [{ query: { id: 12, description: "" } }, "Query 12"],
  [{ query: { id: 12 }, runningJobs: 2, job: job("running") }, "Query 12"],
  [{ stream: { name: "orders", batch: 41 }, job: job("succeeded") }, "orders, batch 41"],
  [{ stream: { name: "orders", batch: 41, more: 1 } }, "orders, batch 41 and 1 more stream"],
  [{ stream: { name: "", batch: 0 } }, "Streaming query, batch 0"],
  [{ stream: { name: "orders" }, query: { id: 1 } }, "orders"],
]);

table("workPath", workPath, [
  [live({ query: { link: "SQL/execution/?id=1" }, job: { link: "jobs/job/?id=7" } }), "SQL/execution/?id=1"],
  [live({ job: { link: "jobs/job/?id=7" } }), "jobs/job/?id=7"],
  [live({ stream: {}, query: { link: "SQL/execution/?id=1" } }), "StreamingQuery/"],
  [live({ job: {} }), undefined],
  [live({}), undefined],
  [live(undefined), undefined],
  [{ ...live({ job: { link: "jobs/job/?id=7" } }), state: "ended" }, undefined],
]);

table("isAtWork", (progress) => isAtWork(live(progress)), [
  [undefined, false],
  [{ runningJobs: 0, job: job("succeeded") }, false],
  [{ runningJobs: 1 }, true],
  [{ runningJobs: 0, query: { id: 1 } }, true],
  [{ runningJobs: 0, stream: {} }, true],
]);

const NOW = 10 * HOUR;
table("facts", (progress) => facts(live(progress), NOW).join(" | "), [
  [undefined, ""],
  [{ runningJobs: 0 }, ""],
  [{ runningJobs: 1, job: { ...job("running") } }, ""],
  [
    { runningJobs: 1, job: { ...job("running"), started: NOW - 252_000, stage: 2, stages: 5 } },
    "stage 2 of 5 | 4 min 12 s",
  ],
  [{ runningJobs: 1, job: { ...job("running"), started: NOW, stage: 1, stages: 1 } }, "0 s"],
  [
    { runningJobs: 0, query: { started: NOW - MINUTE }, job: { ...job("succeeded"), ended: NOW } },
    "1 min 0 s",
  ],
  [{ runningJobs: 0, job: { ...job("failed"), ended: NOW - 3 * MINUTE } }, "3 min ago"],
  [{ runningJobs: 1, stream: { batchMillis: 1800 } }, "1.8 s per batch"],
  [
    { runningJobs: 1, stream: { batchMillis: 45_000, growing: true } },
    "45 s per batch | batches take longer and longer",
  ],
  [{ runningJobs: 1, estimate: { restMillis: 3_000 } }, "a few seconds left"],
  [{ runningJobs: 1, estimate: { restMillis: 34_000 } }, "about 30 s left"],
  [{ runningJobs: 1, estimate: { restMillis: 56_000 } }, "about 1 min left"],
  [{ runningJobs: 1, estimate: { restMillis: 230_000 } }, "about 4 min left"],
  [{ runningJobs: 1, estimate: { restMillis: 2 * HOUR } }, "about 2 h 00 min left"],
  [{ runningJobs: 1, estimate: { unknown: true } }, "no estimate: uneven pace"],
  [{ runningJobs: 1, gcShare: 0.1 }, ""],
  [{ runningJobs: 1, gcShare: 0.14 }, "GC 14 %"],
  [{ runningJobs: 0, idleCoreMillis: 7_200_000 }, "2 core-hours idle"],
  [{ runningJobs: 0, idleCoreMillis: 60_000 }, ""],
]);

table("since", (application) => since(application, NOW), [
  [{ state: "live", verdictSince: NOW - 6 * MINUTE }, "for 6 min"],
  [{ state: "live", verdictSince: NOW + MINUTE }, "for 0 s"],
  [{ state: "live" }, ""],
  [{ state: "ended", verdictSince: NOW }, ""],
]);

table("cores", cores, [
  [undefined, undefined],
  [{}, undefined],
  [{ cores: 1600 }, "1,600"],
  [{ cores: 160, coresBusy: 0 }, "0 of 160"],
  [{ cores: 0, coresBusy: 0 }, "0"],
]);

const ended = (rest) => ({ state: "ended", ended: NOW - 7 * SECOND, ...rest });
table("ending", (application) => ending(application, NOW), [
  [ended({}), "Ended 7 s ago; its history is not available yet"],
  [ended({ verdict: "ended", eventLog: true }), "Ended 7 s ago; its history is not available yet"],
  [ended({ eventLog: false }), "Ended 7 s ago; its driver wrote no event log"],
  [
    ended({ verdict: "ended", reason: "OOMKilled", progress: { job: job("failed") } }),
    "Ended 7 s ago; its history is not available yet. OOMKilled",
  ],
  [
    ended({ progress: { job: job("failed") } }),
    "Ended 7 s ago; its history is not available yet. Its last job failed",
  ],
  [
    ended({ endText: "Killed: out of memory (exit code 137)", progress: { job: job("failed") } }),
    "Ended 7 s ago; its history is not available yet. Killed: out of memory (exit code 137). Its last job failed",
  ],
]);

const tasks = (numbers) => ({
  total: 0,
  done: 0,
  active: 0,
  failed: 0,
  killed: 0,
  skipped: 0,
  ...numbers,
});
const EACH = { total: 20, done: 10, active: 1, failed: 2, killed: 3, skipped: 4 };

table("counts", counts, [
  [tasks({}), "0/0"],
  [tasks({ total: 6, done: 6 }), "6/6"],
  [tasks({ total: 6, done: 3, active: 2 }), "3/6 (2 running)"],
  [tasks({ total: 4, done: 1, failed: 1 }), "1/4 (1 failed)"],
  [tasks({ total: 5, done: 2, killed: 2 }), "2/5 (2 killed)"],
  [tasks({ total: 3, done: 3, skipped: 3 }), "3/3 (3 skipped)"],
  [tasks(EACH), "10/20 (1 running) (2 failed) (3 killed) (4 skipped)"],
]);

table("countsInWords", countsInWords, [
  [tasks({}), "0 of 0 tasks done"],
  [tasks({ total: 1, done: 1 }), "1 of 1 task done"],
  [tasks(EACH), "10 of 20 tasks done, 1 running, 2 failed, 3 killed, 4 skipped"],
]);

describe("inOrder", () => {
  const application = (id, state) => ({ id, state });
  const ids = (list) => list.map(({ id }) => id);
  const mixed = [
    application("a", "ended"),
    application("b", "live"),
    application("c", "starting"),
    application("d", "ended"),
    application("e", "running"),
  ];

  test("lists ended applications last and keeps the order of the server", () => {
    const { running, all } = inOrder(mixed, false);
    assert.deepEqual(ids(running), ["b", "c", "e"]);
    assert.deepEqual(ids(all), ["b", "c", "e", "a", "d"]);
  });

  test("lists no ended applications on the home page", () => {
    const { running, all } = inOrder(mixed, true);
    assert.deepEqual(ids(running), ["b", "c", "e"]);
    assert.deepEqual(ids(all), ["b", "c", "e"]);
  });
});
