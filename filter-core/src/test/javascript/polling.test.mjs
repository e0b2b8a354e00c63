import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Poller, pollDelay, retryDelay } from "../../main/resources/io/sparklive/pages/fetching.js";
import { LoggedOut, readList } from "../../main/resources/io/sparklive/pages/requests.js";
import { View } from "../../main/resources/io/sparklive/pages/view.js";
import { Channel, closePage, openPage } from "./document.mjs";

process.env.TZ = "Asia/Kolkata";

const JSON_TYPE = "application/json;charset=utf-8";
const NOTHING_RUNS = { asOf: 0, refreshMillis: 2_000, applications: [] };

const response = (body, { status = 200, type = JSON_TYPE } = {}) =>
  new Response(status === 204 ? null : typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: type ? { "Content-Type": type } : {},
  });

const LOGIN_PAGE = "<!DOCTYPE html><script>location = 'https://login.example.org/'</script>";

/** Responses of filters and proxies that require a login. */
const SIGNS_OF_LOST_LOGIN = [
  ["a redirect, which fetch hides", () => ({ type: "opaqueredirect", status: 0 })],
  ["status 401", () => response({}, { status: 401 })],
  ["status 403", () => response({}, { status: 403 })],
  ["status 403 with a page", () => response(LOGIN_PAGE, { status: 403, type: "text/html" })],
  ["status 440", () => response("", { status: 440, type: "text/html" })],
  ["status 511", () => response(LOGIN_PAGE, { status: 511, type: "text/html" })],
  ["a page", () => response(LOGIN_PAGE, { type: "text/html;charset=utf-8" })],
  ["a page with status 203", () => response(LOGIN_PAGE, { status: 203, type: "text/html" })],
  ["a page with status 202", () => response(LOGIN_PAGE, { status: 202, type: "text/html" })],
  ["a page with the type of JSON", () => response(LOGIN_PAGE)],
  ["text that only contains the type", () => response({}, { type: "text/html+application/json" })],
  ["no type", () => ({ type: "basic", status: 200, headers: new Headers() })],
  ["nothing", () => response({}, { status: 204, type: null })],
  ["an empty body", () => response("")],
  ["JSON of something else", () => response({ error: "login_required" })],
  ["applications that are no list", () => response({ applications: {} })],
  ["JSON that is no object", () => response("null")],
];

describe("readList", () => {
  test("reads the applications", async () => {
    assert.deepEqual(await readList(response(NOTHING_RUNS)), NOTHING_RUNS);
  });

  for (const [title, given] of SIGNS_OF_LOST_LOGIN) {
    test(`takes ${title} for a lost login`, async () => {
      await assert.rejects(readList(given()), LoggedOut);
    });
  }

  for (const [title, given, message] of [
    ["status 500", response({}, { status: 500 }), "status 500"],
    ["status 503 with a page", response({}, { status: 503, type: "text/html" }), "status 503"],
    ["status 404 with a page", response({}, { status: 404, type: "text/html" }), "status 404"],
    ["status 429", response({}, { status: 429 }), "status 429"],
  ]) {
    test(`takes ${title} for a failure`, async () => {
      await assert.rejects(readList(given), (failure) => {
        assert.equal(failure.message, message);
        return !(failure instanceof LoggedOut);
      });
    });
  }

  test("takes a response that breaks off for a failure", async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"applications": ['));
        controller.error(new TypeError("terminated"));
      },
    });
    const headers = { "Content-Type": JSON_TYPE };
    await assert.rejects(readList(new Response(body, { headers })), TypeError);
  });
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

describe("Poller", () => {
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
    new Poller(page.section, new View(page.section)).start();
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
    assert.equal(options.headers.Accept, "application/json");
    assert.equal(options.headers["X-Requested-With"], "XMLHttpRequest");
    assert.equal(options.cache, "no-store");
    assert.equal(options.redirect, "manual");
    assert.ok(options.signal instanceof AbortSignal);
  });

  describe("with recently ended applications open", () => {
    const queries = () => requests.map(([url]) => new URL(url).search);

    beforeEach(() => {
      closePage();
      page = openPage("overview", "https://example.org/sparkui/?ended");
      Object.defineProperty(globalThis.location, "reload", { value: () => {} });
    });

    test("requests them every 10 s at most", async () => {
      await start();
      await timers.advance(9_900);
      assert.deepEqual(queries().filter(Boolean), ["?recentlyEnded=true"]);
      assert.ok(requests.length > 4);
      await timers.advance(3_000);
      assert.deepEqual(queries().filter(Boolean).length, 2);
    });

    test("requests them again after a failure", async () => {
      respond = fail;
      await start();
      respond = () => response(NOTHING_RUNS);
      await timers.advance(2_000);
      assert.deepEqual(queries(), ["?recentlyEnded=true", "?recentlyEnded=true"]);
    });

    test("requests them at once if they are opened, and never while they are closed", async () => {
      closePage();
      page = openPage();
      await start();
      await timers.advance(20_000);
      assert.deepEqual(queries().filter(Boolean), []);
      const details = page.section.one("class", "live-history-recently-ended");
      details.open = true;
      details.dispatchEvent(new Event("toggle"));
      await settle();
      assert.equal(queries().at(-1), "?recentlyEnded=true");
    });
  });

  test("does not count the time while the server is away", async () => {
    const application = { id: "app-1", name: "One", started: 0, state: "live", viewable: true };
    respond = () => response({ ...NOTHING_RUNS, asOf: 0, applications: [application] });
    await start();
    respond = fail;
    await timers.advance(60_000);
    const cells = page.section.all("data-column", "duration");
    assert.equal(cells.find(({ localName }) => localName === "td").textContent, "0 s");
  });

  test("is loading until the first response", async () => {
    new Poller(page.section, new View(page.section)).start();
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

  test("backs off after each failure, and shows since when", async () => {
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
    assert.equal(status(), "No response from the History Server since 12:00:00. Trying again.");
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

  test("shows for 10 s that the server responds again, and starts the back-off anew", async () => {
    await start();
    respond = fail;
    await timers.advance(700);
    await timers.advance(2_000);
    assert.deepEqual(timers.pending, [4_000]);

    respond = () => response(NOTHING_RUNS);
    await timers.advance(4_000);
    assert.equal(state(), "ready");
    assert.equal(status(), "The History Server responds again.");
    await timers.advance(9_999);
    assert.equal(status(), "The History Server responds again.");
    await timers.advance(1);
    assert.equal(status(), "");

    respond = fail;
    await timers.advance(timers.pending[0]);
    assert.deepEqual(timers.pending, [2_000]);
    assert.equal(status(), "No response from the History Server since 12:00:17. Trying again.");
  });

  test("keeps the message if the server is lost again within 10 s", async () => {
    await start();
    respond = fail;
    await timers.advance(700);
    respond = () => response(NOTHING_RUNS);
    await timers.advance(2_000);
    assert.equal(status(), "The History Server responds again.");
    respond = fail;
    await timers.advance(10_000);
    assert.match(status(), /^No response from the History Server since 12:00:0\d\. Trying again\.$/);
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

  describe("without a login", () => {
    const BASE = new URL("../../main/resources/io/", import.meta.url);
    const NAME = `live-history ${BASE.pathname}`;
    const TEN_MINUTES = 600_000;
    const loggedOut = () => ({ type: "opaqueredirect", status: 0 });
    const loggedIn = () => response(NOTHING_RUNS);
    let otherTab;
    let received;

    beforeEach(() => {
      otherTab = new Channel(NAME);
      received = [];
      otherTab.onmessage = ({ data }) => received.push(data);
    });

    const logInElsewhere = async () => {
      otherTab.postMessage("logged in");
      await settle();
    };
    const restore = async () => {
      page.window.dispatchEvent(new Event("pagehide"));
      page.window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
      await settle();
    };

    for (const [title, sign] of SIGNS_OF_LOST_LOGIN) {
      test(`sends nothing by itself after ${title}`, async () => {
        await start();
        respond = sign;
        await timers.advance(700);
        assert.equal(state(), "logged-out");
        assert.equal(requests.length, 2);

        await timers.advance(TEN_MINUTES);
        await setHidden(true);
        await timers.advance(TEN_MINUTES);
        await setHidden(false);
        await setOpen(false);
        await setOpen(true);
        await timers.advance(TEN_MINUTES);
        assert.equal(requests.length, 2);
        assert.deepEqual(timers.pending, []);
      });
    }

    test("starts no timer", async () => {
      respond = loggedOut;
      await start();
      assert.deepEqual(timers.pending, []);
      await timers.advance(TEN_MINUTES);
      assert.equal(requests.length, 1);
    });

    test("sends nothing if the page is hidden and seen again", async () => {
      respond = loggedOut;
      await start();
      await setHidden(true);
      assert.equal(state(), "paused");
      await setHidden(false);
      assert.equal(state(), "logged-out");
      await setHidden(false);
      assert.equal(requests.length, 1);
    });

    test("sends nothing if the list is folded and opened", async () => {
      respond = loggedOut;
      await start();
      await setOpen(false);
      await setOpen(true);
      assert.equal(requests.length, 1);
    });

    test("sends nothing if the page was hidden during the request that shows it", async () => {
      let complete;
      respond = () => new Promise((resolve) => (complete = resolve));
      await start();
      await setHidden(true);
      complete(loggedOut());
      await settle();
      await setHidden(false);
      await timers.advance(TEN_MINUTES);
      assert.equal(state(), "logged-out");
      assert.equal(requests.length, 1);
    });

    test("stops trying again after an outage", async () => {
      await start();
      respond = fail;
      await timers.advance(700);
      respond = loggedOut;
      await timers.advance(2_000);
      assert.equal(requests.length, 3);
      await timers.advance(TEN_MINUTES);
      assert.equal(requests.length, 3);
    });

    test("shows it with the time of the last update, and loads the page on a click", async () => {
      await start();
      respond = loggedOut;
      await timers.advance(700);
      assert.equal(status(), "You are no longer logged in. Last update at 12:00:00. Log in");
      page.section.one("role", "status").one("type", "button").dispatchEvent(new Event("click"));
      assert.equal(reloads, 1);
      assert.equal(requests.length, 2);
    });

    test("shows it if the first request fails so, and announces no list", async () => {
      respond = loggedOut;
      await start();
      assert.equal(status(), "You are not logged in. Running applications are not shown. Log in");
      assert.equal(page.section.one("class", "live-history-none").hidden, true);
    });

    test("keeps the rows, and the text for an empty table", async () => {
      await start();
      respond = loggedOut;
      await timers.advance(700);
      assert.equal(page.section.one("class", "live-history-none").hidden, false);
    });

    test("continues if another tab has a login, and shows it for 10 s", async () => {
      respond = loggedOut;
      await start();
      respond = loggedIn;
      await logInElsewhere();
      assert.equal(state(), "ready");
      assert.equal(status(), "You are logged in again.");
      assert.equal(requests.length, 2);
      await timers.advance(700 + 2_125);
      assert.equal(requests.length, 4);
      await timers.advance(10_000);
      assert.equal(status(), "");
    });

    test("sends one request for a message if there is no login after all", async () => {
      respond = loggedOut;
      await start();
      const button = page.section.one("role", "status").one("type", "button");
      await logInElsewhere();
      assert.equal(requests.length, 2);
      assert.equal(state(), "logged-out");
      assert.equal(page.section.one("role", "status").one("type", "button"), button);
      await timers.advance(TEN_MINUTES);
      await setHidden(true);
      await setHidden(false);
      assert.equal(requests.length, 2);
    });

    test("sends one request in 5 s, however many messages there are, and drops no last one", async () => {
      respond = loggedOut;
      await start();
      for (let i = 0; i < 100; i++) {
        await logInElsewhere();
        await timers.advance(100);
      }
      // At 0 and 5 s, and one is due at 10 s.
      assert.equal(requests.length, 1 + 3);
      await timers.advance(TEN_MINUTES);
      assert.equal(requests.length, 1 + 3);

      await logInElsewhere();
      assert.equal(requests.length, 1 + 4);
      await timers.advance(1_000);
      respond = loggedIn;
      await logInElsewhere();
      assert.equal(requests.length, 1 + 4);
      await timers.advance(3_999);
      assert.equal(requests.length, 1 + 4);
      await timers.advance(1);
      assert.equal(requests.length, 1 + 5);
      assert.equal(state(), "ready");
    });

    test("waits with its request until the page is seen", async () => {
      respond = loggedOut;
      await start();
      await setHidden(true);
      respond = loggedIn;
      await logInElsewhere();
      await timers.advance(TEN_MINUTES);
      assert.equal(requests.length, 1);
      await setHidden(false);
      assert.equal(requests.length, 2);
      assert.equal(state(), "ready");
    });

    test("sends one more request if a login occurred during the request without one", async () => {
      let complete;
      respond = () => new Promise((resolve) => (complete = resolve));
      await start();
      await logInElsewhere();
      assert.equal(requests.length, 1);
      respond = loggedIn;
      complete(loggedOut());
      await settle();
      assert.equal(requests.length, 2);
      assert.equal(state(), "ready");
    });

    test("drops a message that arrived during a request with a login", async () => {
      let complete;
      respond = () => new Promise((resolve) => (complete = resolve));
      await start();
      await logInElsewhere();
      complete(loggedIn());
      await settle();
      respond = loggedOut;
      await timers.advance(700);
      assert.equal(requests.length, 2);
      await timers.advance(TEN_MINUTES);
      assert.equal(requests.length, 2);
    });

    test("tries again if the server is away when another tab has a login", async () => {
      respond = loggedOut;
      await start();
      respond = fail;
      await logInElsewhere();
      assert.equal(state(), "lost");
      assert.deepEqual(timers.pending, [2_000]);
      respond = loggedOut;
      await timers.advance(2_000);
      assert.equal(state(), "logged-out");
      await timers.advance(TEN_MINUTES);
      assert.equal(requests.length, 3);
    });

    test("counts an outage after a lost login anew", async () => {
      respond = fail;
      await start();
      await timers.advance(2_000);
      assert.deepEqual(timers.pending, [4_000]);
      respond = loggedOut;
      await timers.advance(4_000);
      await timers.advance(54_000);
      respond = fail;
      await logInElsewhere();
      assert.deepEqual(timers.pending, [2_000]);
      assert.equal(status(), "No response from the History Server since 12:01:00. Trying again.");
    });

    test("takes no notice of messages with a login, or during an outage", async () => {
      await start();
      await logInElsewhere();
      assert.equal(requests.length, 1);
      respond = fail;
      await timers.advance(700);
      await logInElsewhere();
      assert.equal(requests.length, 2);
    });

    for (const [title, name, data] of [
      ["another prefix", `live-history ${new URL("b/", BASE).pathname}`, "logged in"],
      ["no prefix", "live-history", "logged in"],
      ["other text", NAME, "logged out"],
      ["an object", NAME, { data: "logged in" }],
      ["nothing", NAME, undefined],
    ]) {
      test(`takes no notice of a message with ${title}`, async () => {
        respond = loggedOut;
        await start();
        new Channel(name).postMessage(data);
        await settle();
        await timers.advance(TEN_MINUTES);
        assert.equal(requests.length, 1);
      });
    }

    test("notifies other tabs once that the page was loaded with a login", async () => {
      await start();
      assert.deepEqual(received, ["logged in"]);
      await timers.advance(60_000);
      await setHidden(true);
      await setHidden(false);
      respond = fail;
      await timers.advance(10_000);
      respond = loggedIn;
      await timers.advance(60_000);
      assert.equal(state(), "ready");
      assert.equal(received.length, 1);
    });

    test("notifies no other tab without a login, or after a message of another tab", async () => {
      respond = loggedOut;
      await start();
      assert.deepEqual(received, []);
      await logInElsewhere();
      assert.deepEqual(received, []);

      respond = loggedIn;
      await timers.advance(5_000);
      await logInElsewhere();
      assert.equal(received.length, 1);
      respond = loggedOut;
      await timers.advance(700);
      respond = loggedIn;
      await timers.advance(5_000);
      await logInElsewhere();
      assert.equal(state(), "ready");
      assert.equal(received.length, 1);
    });

    test("two pages without a login do not keep each other going", async () => {
      const { section } = page;
      const second = page.document.createElement("section");
      page.document.documentElement.append(second);
      await start();
      new Poller(second, new View(second)).start();
      await settle();
      respond = loggedOut;
      await timers.advance(700);
      assert.equal(requests.length, 4);
      await logInElsewhere();
      assert.equal(requests.length, 6);

      // One has a login, the other has none.
      await timers.advance(5_000);
      let turn = 0;
      respond = () => (turn++ === 0 ? loggedIn() : loggedOut());
      await logInElsewhere();
      assert.equal(requests.length, 8);
      assert.deepEqual(
        [section, second].map((each) => each.getAttribute("data-state")),
        ["ready", "logged-out"],
      );
      respond = loggedOut;
      await timers.advance(TEN_MINUTES);
      assert.equal(requests.length, 9);
    });

    test("sends a request and notifies other tabs if the user returns to the page", async () => {
      respond = loggedOut;
      await start();
      respond = loggedIn;
      await restore();
      assert.equal(requests.length, 2);
      assert.equal(state(), "ready");
      assert.deepEqual(received, ["logged in"]);
      await timers.advance(700);
      assert.equal(requests.length, 3);
    });

    test("sends one request if the user returns without a login, and then none", async () => {
      respond = loggedOut;
      await start();
      await restore();
      assert.equal(requests.length, 2);
      await timers.advance(TEN_MINUTES);
      assert.equal(requests.length, 2);

      respond = loggedIn;
      await logInElsewhere();
      assert.equal(requests.length, 3);
      assert.equal(state(), "ready");
    });

    test("continues to poll if the user returns with a login", async () => {
      await start();
      await restore();
      assert.equal(requests.length, 2);
      assert.deepEqual(received, ["logged in", "logged in"]);
      assert.deepEqual(timers.pending, [700]);
    });

    test("has no channel while the user is on another page", async () => {
      await start();
      const names = () => [...Channel.open].map(({ name }) => name);
      assert.deepEqual(names(), [NAME, NAME]);
      page.window.dispatchEvent(new Event("pagehide"));
      assert.deepEqual(names(), [NAME]);
      page.window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
      await settle();
      assert.deepEqual(names(), [NAME, NAME]);
    });

    test("takes no notice that the page is shown for the first time", async () => {
      await start();
      page.window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: false }));
      await settle();
      assert.equal(requests.length, 1);
      assert.equal(Channel.open.size, 2);
    });

    for (const [title, channel] of [
      ["has no channels", undefined],
      [
        "forbids channels",
        class {
          constructor() {
            throw new DOMException("forbidden", "SecurityError");
          }
        },
      ],
    ]) {
      test(`polls, stops, and has its button where the browser ${title}`, async () => {
        globalThis.BroadcastChannel = channel;
        await start();
        await timers.advance(700);
        assert.equal(requests.length, 2);
        respond = loggedOut;
        await timers.advance(2_125);
        await restore();
        await timers.advance(TEN_MINUTES);
        assert.equal(requests.length, 4);
        page.section.one("role", "status").one("type", "button").dispatchEvent(new Event("click"));
        assert.equal(reloads, 1);
      });
    }
  });
});
