import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  counts,
  countsInWords,
  dateAndTime,
  description,
  duration,
  inOrder,
  nameOf,
  plural,
  timeOfDay,
  work,
} from "../../main/resources/io/sparklive/pages/running.js";

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
  [live({ runningJobs: 0 }), "Idle"],
  [live({ runningJobs: 1, job: job("running") }), "count"],
  [live({ runningJobs: 1, job: job("running", "a<br>b") }), "a · b"],
  [live({ runningJobs: 2, job: job("running") }), "count and 1 more job"],
  [live({ runningJobs: 4, job: job("running") }), "count and 3 more jobs"],
  [live({ runningJobs: 1 }), "Job"],
  [live({ runningJobs: 3 }), "Job and 2 more jobs"],
  [live({ runningJobs: 0, job: job("succeeded") }), "Idle; last job succeeded: count"],
  [live({ runningJobs: 0, job: job("failed") }), "Idle; last job failed: count"],
  [live({ runningJobs: 0, job: job("failed", "") }), "Idle; last job failed: Job 3"],
  [live({ runningJobs: 0, job: job("unknown") }), "Idle; last job: count"],
  [live({ runningJobs: 0, job: job("running") }), "Idle; last job: count"],
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
