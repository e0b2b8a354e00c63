import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import {
  LoggedOut,
  Watch,
  answerOf,
  pollDelay,
  retryDelay,
} from "../../main/resources/io/sparklive/pages/running.js";
import { closePage, openPage } from "./document.mjs";

process.env.TZ = "Asia/Kolkata";

const JSON_TYPE = "application/json;charset=utf-8";
const NOTHING_RUNS = { asOf: 0, refreshMillis: 2_000, applications: [] };

const response = (body, { status = 200, type = JSON_TYPE } = {}) =>
  new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: type ? { "Content-Type": type } : {},
  });

describe("answerOf", () => {
  test("reads the applications", async () => {
    assert.deepEqual(await answerOf(response(NOTHING_RUNS)), NOTHING_RUNS);
  });

  for (const [title, given] of [
    ["a redirect, which fetch hides", { type: "opaqueredirect", status: 0 }],
    ["status 401", response({}, { status: 401 })],
    ["status 403", response({}, { status: 403 })],
    ["a page", response({}, { type: "text/html;charset=utf-8" })],
    ["text that only contains the type", response({}, { type: "text/html+application/json" })],
    ["no type", { type: "basic", status: 200, headers: new Headers() }],
  ]) {
    test(`takes ${title} for a lost login`, async () => {
      await assert.rejects(answerOf(given), LoggedOut);
    });
  }

  for (const [title, given, message] of [
    ["status 500", response({}, { status: 500 }), "status 500"],
    ["status 503 with a page", response({}, { status: 503, type: "text/html" }), "status 503"],
    ["status 204", response({}, { status: 204 }), "status 204"],
    ["JSON without applications", response({}), "no list of applications"],
    ["applications that are no list", response({ applications: {} }), "no list of applications"],
  ]) {
    test(`takes ${title} for a failure`, async () => {
      await assert.rejects(answerOf(given), (failure) => {
        assert.equal(failure.message, message);
        return !(failure instanceof LoggedOut);
      });
    });
  }
});

describe("pollDelay", () => {
  for (const [refreshMillis, random, expected] of [
    [2_000, 0, 2_000],
    [2_000, 0.5, 2_125],
    [501, 0, 501],
    [499, 0, 500],
    [0, 0, 500],
    [-1, 0, 500],
    [undefined, 0, 500],
    [29_999, 0, 29_999],
    [60_000, 0, 30_000],
    [60_000, 0.5, 30_125],
  ]) {
    test(`${refreshMillis}, ${random} -> ${expected}`, () => {
      assert.equal(pollDelay(refreshMillis, random), expected);
    });
  }

  test("differs from browser to browser by up to a quarter of a second", () => {
    const delays = Array.from({ length: 100 }, () => pollDelay(2_000));
    assert.ok(new Set(delays).size > 1);
    assert.ok(delays.every((delay) => delay >= 2_000 && delay < 2_250));
  });
});

describe("retryDelay", () => {
  for (const [failures, expected] of [
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [4, 16_000],
    [5, 30_000],
    [6, 30_000],
    [2_000, 30_000],
  ]) {
    test(`${failures} -> ${expected}`, () => {
      assert.equal(retryDelay(failures), expected);
    });
  }
});

/** Timers that fire only if the test advances the time. */
class Timers {
  #timers = new Map();
  #last = 0;
  now = 0;

  start(action, delay, every) {
    this.#last += 1;
    this.#timers.set(this.#last, { action, at: this.now + delay, every });
    return this.#last;
  }

  stop(id) {
    this.#timers.delete(id);
  }

  /** The delays of all timers that fire once. */
  get pending() {
    return [...this.#timers.values()].filter(({ every }) => !every).map(({ at }) => at - this.now);
  }

  async advance(millis) {
    const end = this.now + millis;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end);
      if (due.length === 0) break;
      const [id, timer] = due.reduce((first, next) => (next[1].at < first[1].at ? next : first));
      this.now = timer.at;
      if (timer.every) timer.at += timer.every;
      else this.#timers.delete(id);
      timer.action();
      await settle();
    }
    this.now = end;
  }
}

// The body of a response is read in several turns of the event loop.
const { setImmediate: nextTurn } = globalThis;
async function settle() {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => nextTurn(resolve));
}

describe("Watch", () => {
  const replaced = [
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "performance",
    "fetch",
    "Date",
    "location",
  ];
  const NOON = Date.UTC(2026, 0, 5, 6, 30, 0);
  const { random } = Math;
  let originals;
  let timers;
  let page;
  let requests;
  let respond;
  let reloads;

  beforeEach(() => {
    page = openPage("home");
    timers = new Timers();
    requests = [];
    reloads = 0;
    respond = () => response(NOTHING_RUNS);
    originals = replaced.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
    const { Date: RealDate } = globalThis;
    Math.random = () => 0.5;
    const replacements = {
      setTimeout: (action, delay) => timers.start(action, delay),
      clearTimeout: (id) => timers.stop(id),
      setInterval: (action, delay) => timers.start(action, delay, delay),
      performance: { now: () => timers.now },
      fetch: async (...request) => {
        requests.push(request);
        return respond();
      },
      Date: class extends RealDate {
        constructor(...given) {
          super(...(given.length > 0 ? given : [NOON + timers.now]));
        }
      },
      location: { reload: () => (reloads += 1) },
    };
    for (const [name, value] of Object.entries(replacements)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
  });

  afterEach(() => {
    for (const [name, descriptor] of originals) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
    Math.random = random;
    closePage();
  });

  const start = async () => {
    new Watch(page.section).start();
    await settle();
  };
  const state = () => page.section.getAttribute("data-state");
  const status = () => page.section.one("role", "status").textContent;
  const setHidden = async (hidden) => {
    page.document.hidden = hidden;
    page.document.dispatchEvent(new Event("visibilitychange"));
    await settle();
  };
  const setOpen = async (open) => {
    const details = [...page.section.descendants()].find((e) => e.localName === "details");
    details.open = open;
    details.dispatchEvent(new Event("toggle"));
    await settle();
  };
  const fail = () => {
    throw new TypeError("network");
  };

  test("requests the applications from the History Server, never from a cache", async () => {
    await start();
    const [url, options] = requests[0];
    const base = new URL("../../main/resources/io/", import.meta.url);
    assert.equal(url, new URL("-/applications", base).href);
    assert.equal(options.credentials, "same-origin");
    assert.equal(options.cache, "no-store");
    assert.equal(options.redirect, "manual");
    assert.ok(options.signal instanceof AbortSignal);
  });

  test("is loading until the first response", async () => {
    new Watch(page.section).start();
    assert.equal(state(), "loading");
    await settle();
    assert.equal(state(), "ready");
  });

  test("polls again after 0.7 s, and then after the interval of the server", async () => {
    await start();
    assert.deepEqual(timers.pending, [700]);
    await timers.advance(699);
    assert.equal(requests.length, 1);
    await timers.advance(1);
    assert.equal(requests.length, 2);
    assert.deepEqual(timers.pending, [2_125]);
    await timers.advance(2_125);
    assert.equal(requests.length, 3);
  });

  test("polls every 30 s while it is folded, and at once if it is opened", async () => {
    await start();
    await setOpen(false);
    await timers.advance(700);
    assert.deepEqual(timers.pending, [30_000]);
    assert.equal(requests.length, 2);
    await setOpen(true);
    assert.equal(requests.length, 3);
    assert.deepEqual(timers.pending, [700]);
  });

  test("sends no request while the page is hidden", async () => {
    await start();
    await setHidden(true);
    assert.equal(state(), "paused");
    await timers.advance(600_000);
    assert.equal(requests.length, 1);
    await setHidden(false);
    assert.equal(state(), "ready");
    assert.equal(requests.length, 2);
    assert.deepEqual(timers.pending, [700]);
  });

  test("starts no timer if the page was hidden during a request", async () => {
    let complete;
    respond = () => new Promise((resolve) => (complete = resolve));
    await start();
    await setHidden(true);
    complete(response(NOTHING_RUNS));
    await settle();
    assert.deepEqual(timers.pending, []);
    assert.equal(state(), "paused");
  });

  test("sends one request at a time", async () => {
    let complete;
    respond = () => new Promise((resolve) => (complete = resolve));
    await start();
    await setOpen(true);
    await setHidden(false);
    assert.equal(requests.length, 1);
    complete(response(NOTHING_RUNS));
    await settle();
    assert.deepEqual(timers.pending, [700]);
  });

  test("backs off after each failure, and says since when", async () => {
    await start();
    respond = fail;
    const delays = [];
    for (let i = 0; i < 6; i++) {
      await timers.advance(timers.pending[0]);
      assert.equal(timers.pending.length, 1);
      delays.push(timers.pending[0]);
    }
    assert.deepEqual(delays, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert.equal(state(), "lost");
    // The first failure was 0.7 s after noon, the last a minute later.
    assert.equal(status(), "No answer from the History Server since 12:00:00. Trying again.");
  });

  test("keeps the rows while the server is lost", async () => {
    const id = "app-1";
    const application = { id, name: "One", started: 0, state: "live", viewable: true };
    respond = () => response({ ...NOTHING_RUNS, applications: [application] });
    await start();
    respond = fail;
    await timers.advance(700);
    assert.equal(state(), "lost");
    assert.equal(page.section.all("data-id", id).length, 1);
  });

  test("says for 10 s that the server answers again, and starts the back-off anew", async () => {
    await start();
    respond = fail;
    await timers.advance(700);
    await timers.advance(2_000);
    assert.deepEqual(timers.pending, [4_000]);

    respond = () => response(NOTHING_RUNS);
    await timers.advance(4_000);
    assert.equal(state(), "ready");
    assert.equal(status(), "The History Server answers again.");
    await timers.advance(9_999);
    assert.equal(status(), "The History Server answers again.");
    await timers.advance(1);
    assert.equal(status(), "");

    respond = fail;
    await timers.advance(timers.pending[0]);
    assert.deepEqual(timers.pending, [2_000]);
    assert.equal(status(), "No answer from the History Server since 12:00:17. Trying again.");
  });

  test("keeps the message if the server is lost again within 10 s", async () => {
    await start();
    respond = fail;
    await timers.advance(700);
    respond = () => response(NOTHING_RUNS);
    await timers.advance(2_000);
    assert.equal(status(), "The History Server answers again.");
    respond = fail;
    await timers.advance(10_000);
    assert.match(status(), /^No answer from the History Server since 12:00:0\d\. Trying again\.$/);
  });

  test("says that the user is logged out, and reloads the page on a click", async () => {
    respond = () => response({}, { status: 401 });
    await start();
    assert.equal(state(), "lost");
    assert.equal(status(), "You are no longer logged in. Reload the page.");
    assert.deepEqual(timers.pending, [30_000]);

    page.section.one("type", "button").dispatchEvent(new Event("click"));
    assert.equal(reloads, 1);
  });

  test("does not count a lost login as a failure of the server", async () => {
    respond = () => response({}, { status: 403 });
    await start();
    respond = fail;
    await timers.advance(30_000);
    assert.deepEqual(timers.pending, [2_000]);
  });

  test("counts the time each second, but not while the page is hidden", async () => {
    const application = { id: "app-1", name: "One", started: 0, state: "live", viewable: true };
    respond = () => response({ ...NOTHING_RUNS, asOf: 0, applications: [application] });
    await start();
    const duration = () =>
      page.section
        .all("data-column", "duration")
        .find(({ localName }) => localName === "td").textContent;
    respond = () => new Promise(() => {});
    await timers.advance(999);
    assert.equal(duration(), "0 s");
    await timers.advance(1);
    assert.equal(duration(), "1 s");
    page.document.hidden = true;
    await timers.advance(5_000);
    assert.equal(duration(), "1 s");
    page.document.hidden = false;
    await timers.advance(1_000);
    assert.equal(duration(), "7 s");
  });
});
