import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import {
  Details,
  executorFacts,
  jobFacts,
  lastJobs,
  stageFacts,
} from "../../main/resources/io/sparklive/pages/details.js";
import { Table } from "../../main/resources/io/sparklive/pages/table.js";
import { closePage, openPage } from "./document.mjs";

const BASE = new URL("../../main/resources/io/", import.meta.url).href;
const { fetch, setTimeout } = globalThis;
const MARKUP = "<img src=x onerror=alert(1)>";

const application = (facts = {}) => ({
  id: "app-1",
  name: "One",
  started: 0,
  state: "live",
  viewable: true,
  progress: { ageMillis: 0, runningJobs: 1, job: { id: 7, status: "running" } },
  ...facts,
});
const stage = (facts = {}) => ({
  stageId: 3,
  attemptId: 1,
  name: "count at Main.scala:3",
  numTasks: 200,
  numCompleteTasks: 197,
  numActiveTasks: 3,
  numFailedTasks: 0,
  ...facts,
});
const job = (jobId, facts = {}) => ({
  jobId,
  name: "count at Main.scala:3",
  status: "SUCCEEDED",
  numTasks: 4,
  numCompletedTasks: 4,
  numFailedTasks: 0,
  ...facts,
});

describe("stageFacts", () => {
  const duration = (median, longest) => ({ duration: [1, median, median, longest] });
  for (const [facts, expected] of [
    [{}, ["197 of 200 tasks done", "3 running"]],
    [{ numFailedTasks: 1 }, ["197 of 200 tasks done", "3 running", "1 task failed"]],
    [
      { numActiveTasks: 0, taskMetricsDistributions: duration(12_000, 840_000) },
      ["197 of 200 tasks done", "skewed: longest task 14 min, median 12 s"],
    ],
    [
      { numActiveTasks: 0, taskMetricsDistributions: duration(12_000, 14_000) },
      ["197 of 200 tasks done", "longest task 14 s, median 12 s"],
    ],
    // Three times nearly nothing is no skew.
    [
      { numActiveTasks: 0, taskMetricsDistributions: duration(100, 900) },
      ["197 of 200 tasks done", "longest task 0.9 s, median 0.1 s"],
    ],
    [
      { numActiveTasks: 0, taskMetricsDistributions: { executorRunTime: [1, 2_000, 3, 4_000] } },
      ["197 of 200 tasks done", "longest task 4 s, median 2 s"],
    ],
    [
      { numActiveTasks: 0, numCompleteTasks: 0, taskMetricsDistributions: duration(0, 0) },
      ["0 of 200 tasks done"],
    ],
    [
      { numActiveTasks: 0, executorRunTime: 1_000, jvmGcTime: 140, diskBytesSpilled: 2 ** 31 },
      ["197 of 200 tasks done", "spilled 2 GiB", "GC 14 %"],
    ],
  ]) {
    test(JSON.stringify(facts), () => assert.deepEqual(stageFacts(stage(facts)), expected));
  }
});

describe("executorFacts", () => {
  test("counts lost executors with their reasons, and has the peak memory", () => {
    const heap = (JVMHeapMemory) => ({ peakMemoryMetrics: { JVMHeapMemory } });
    assert.deepEqual(
      executorFacts([
        { id: "driver", isActive: true, ...heap(2 ** 30) },
        { id: "1", isActive: true, ...heap(2 ** 31) },
        { id: "2", isActive: false, removeReason: "OOMKilled" },
        { id: "3", isActive: false },
      ]),
      [
        "1 executor alive, 2 lost",
        "Lost: executor 2, OOMKilled",
        "Lost: executor 3",
        "Peak heap memory: 2 GiB, executor 1",
      ],
    );
  });

  test("needs no memory metrics, and does not count the driver", () => {
    assert.deepEqual(executorFacts([{ id: "driver", isActive: true }]), ["0 executors alive, 0 lost"]);
    assert.deepEqual(executorFacts([]), ["0 executors alive, 0 lost"]);
  });
});

describe("lastJobs", () => {
  test("are five at most", () => {
    assert.deepEqual(lastJobs(application()), [7, 6, 5, 4, 3]);
    assert.deepEqual(lastJobs({ progress: { job: { id: 1 } } }), [1, 0]);
    assert.deepEqual(lastJobs({ progress: {} }), []);
    assert.deepEqual(lastJobs({}), []);
  });
});

describe("jobFacts", () => {
  test("has result, time and tasks", () => {
    assert.deepEqual(
      jobFacts(
        job(1, {
          status: "FAILED",
          submissionTime: "2026-01-05T03:04:09.123GMT",
          completionTime: "2026-01-05T03:06:09.123GMT",
          numFailedTasks: 4,
        }),
      ),
      ["failed", "2 min 0 s", "4 of 4 tasks done", "4 tasks failed"],
    );
    assert.deepEqual(jobFacts(job(1, { status: "RUNNING", submissionTime: "x" })), [
      "running",
      "4 of 4 tasks done",
    ]);
  });
});

describe("Details", () => {
  let page;
  let requests;
  let responses;
  let details;

  beforeEach(() => {
    page = openPage();
    requests = [];
    responses = {
      allexecutors: () => Response.json([{ id: "1", isActive: true }]),
      stages: () => Response.json([stage({ name: MARKUP })]),
    };
    for (let id = 3; id < 8; id += 1) responses[`jobs/${id}`] = () => Response.json(job(id));
    globalThis.fetch = async (url, { signal }) => {
      requests.push(url);
      const path = /app-1\/(?:2\/)?([^?]*)/.exec(url.split("/api/v1/applications/")[1])[1];
      return new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        Promise.resolve(responses[path]?.() ?? new Response("", { status: 404 })).then(resolve);
      });
    };
    details = new Details();
  });

  afterEach(() => {
    globalThis.fetch = fetch;
    globalThis.setTimeout = setTimeout;
    closePage();
  });

  const settle = async () => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const opened = async (given = application()) => {
    const cell = details.open(() => given);
    page.section.append(cell);
    await settle();
    return cell;
  };

  test("requests bounded parts of the driver's REST API, once", async () => {
    const cell = await opened();
    const api = `${BASE}app-1/api/v1/applications/app-1/`;
    assert.deepEqual(requests, [
      `${api}allexecutors`,
      `${api}stages?status=active&withSummaries=true&quantiles=0.25,0.5,0.75,1.0`,
      ...[7, 6, 5, 4, 3].map((id) => `${api}jobs/${id}`),
    ]);
    const links = cell.all("href").map((link) => link.getAttribute("href"));
    assert.equal(links[0], `${BASE}app-1/stages/stage/?id=3&attempt=1`);
    assert.equal(links[1], `${BASE}app-1/jobs/job/?id=7`);
    assert.equal(links.length, 6);
    assert.ok(cell.textContent.includes(MARKUP));
    assert.ok(cell.textContent.includes("1 executor alive, 0 lost"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(requests.length, 7);
  });

  test("names the attempt of an application that has attempts", async () => {
    await opened(application({ attemptId: "2" }));
    assert.ok(requests[0].endsWith("/api/v1/applications/app-1/2/allexecutors"));
  });

  test("shows jobs that the driver still has", async () => {
    delete responses["jobs/3"];
    delete responses["jobs/4"];
    const cell = await opened();
    assert.equal(cell.all("data-result").length, 3);
    assert.equal(cell.all("data-result", "succeeded").length, 3);
  });

  test("says so if there is no stage and no job", async () => {
    responses = { allexecutors: responses.allexecutors, stages: () => Response.json([]) };
    const cell = await opened();
    assert.ok(cell.textContent.includes("No stage is active."));
    assert.ok(cell.textContent.includes("No job is known."));
  });

  for (const [title, response, expected] of [
    ["an error", () => new Response("", { status: 503 }), "The driver responded with status 503."],
    ["a login", () => new Response("", { status: 401 }), "You are not logged in."],
    ["a page", () => new Response("<html>"), "You are not logged in."],
    ["an outage", () => Promise.reject(new TypeError("x")), "The driver sent no usable response."],
    ["other JSON", () => Response.json({}), "The driver sent no usable response."],
  ]) {
    test(`is a sentence after ${title}`, async () => {
      responses.allexecutors = response;
      globalThis.fetch = async (url) => {
        requests.push(url);
        const path = /app-1\/([^?]*)/.exec(url.split("/api/v1/applications/")[1])[1];
        return responses[path]();
      };
      const cell = await opened();
      assert.ok(cell.textContent.includes(expected), cell.textContent);
      if (title !== "other JSON") assert.equal(requests.length, 1);
    });
  }

  test("shows the other parts if one fails", async () => {
    responses.stages = () => new Response("", { status: 500 });
    const cell = await opened();
    assert.ok(cell.textContent.includes("The driver responded with status 500."));
    assert.equal(cell.all("data-result").length, 5);
  });

  test("has a time limit", async () => {
    const timers = [];
    globalThis.setTimeout = (action, delay) => timers.push({ action, delay });
    responses.allexecutors = () => new Promise(() => {});
    const cell = await opened();
    assert.equal(cell.one("class", "live-history-parts").textContent, "Loading …");
    assert.equal(timers[0].delay, 20_000);
    timers[0].action();
    await settle();
    assert.ok(cell.textContent.includes("The driver did not respond within 20 s."));
  });

  test("stops its requests if it is closed or loaded again", async () => {
    let signals = [];
    globalThis.fetch = (url, { signal }) => {
      signals.push(signal);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    };
    const cell = await opened();
    cell.one("class", "live-history-again").dispatchEvent(new Event("click"));
    await settle();
    assert.deepEqual(signals.map(({ aborted }) => aborted), [true, false]);
    details.close();
    await settle();
    assert.deepEqual(signals.map(({ aborted }) => aborted), [true, true]);
    assert.equal(cell.isConnected, false);
  });

  test("sends no request without a login", async () => {
    details.isLoggedOut = true;
    const cell = await opened();
    assert.ok(cell.textContent.includes("You are not logged in."));
    assert.deepEqual(requests, []);
  });

  describe("in the table", () => {
    let table;
    const toggles = () => table.element.all("class", "live-history-toggle");
    const cells = () => table.element.all("data-column", "details");
    const click = async (i) => {
      toggles()[i].dispatchEvent(new Event("click"));
      await settle();
    };
    const show = (...applications) => {
      table.show(applications);
      table.tick(0, 0);
    };

    beforeEach(() => {
      table = new Table();
      page.section.append(table.element);
      show(application(), application({ id: "app-2", progress: undefined }));
    });

    test("opens one row at a time", async () => {
      assert.deepEqual(requests, []);
      await click(0);
      assert.equal(toggles()[0].getAttribute("aria-expanded"), "true");
      assert.equal(cells().length, 1);
      await click(1);
      assert.equal(toggles()[0].getAttribute("aria-expanded"), "false");
      assert.equal(toggles()[1].getAttribute("aria-expanded"), "true");
      assert.equal(cells().length, 1);
      await click(1);
      assert.equal(cells().length, 0);
      assert.equal(toggles()[1].getAttribute("aria-expanded"), "false");
    });

    test("stay open through an update, and close at the end of the application", async () => {
      await click(0);
      const sent = requests.length;
      show(application(), application({ id: "app-2" }));
      assert.equal(cells().length, 1);
      assert.equal(requests.length, sent);
      show(application({ state: "ended", ended: 0 }));
      assert.equal(cells().length, 0);
      assert.equal(toggles()[0].getAttribute("disabled"), "");
    });

    test("close if the application disappears", async () => {
      await click(0);
      show(application({ id: "app-2" }));
      show(application(), application({ id: "app-2" }));
      assert.equal(cells().length, 0);
    });

    test("are not there for applications that the user may not view", () => {
      show(application({ id: "denied", viewable: false, state: "running", progress: undefined }));
      assert.equal(toggles()[0].getAttribute("disabled"), "");
    });
  });
});
