import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Ansi } from "../../main/resources/io/sparklive/pages/ansi.js";
import {
  LONGEST_LINE,
  Place,
  Splitter,
  timeOfAnchor,
  wholeSecond,
} from "../../main/resources/io/sparklive/pages/lines.js";
import { anchorOf, podInAddress } from "../../main/resources/io/sparklive/pages/logview.js";
import { has, nextMatch, position } from "../../main/resources/io/sparklive/pages/search.js";
import { LogStream } from "../../main/resources/io/sparklive/pages/stream.js";

const E = "\x1b";
const parts = (line) => new Ansi().parts(line).map(({ text, classes }) => [text, classes]);

describe("ANSI", () => {
  for (const [line, expected] of [
    ["plain <b>text</b>", [["plain <b>text</b>", ""]]],
    [`${E}[31mred${E}[0m plain`, [["red", "ansi-red"], [" plain", ""]]],
    [
      `${E}[1;92;44mx${E}[22;39my${E}[49mz`,
      [
        ["x", "ansi-bold ansi-bright-green ansi-on-blue"],
        ["y", "ansi-on-blue"],
        ["z", ""],
      ],
    ],
    [`${E}[mno${E}[1mbold`, [["no", ""], ["bold", "ansi-bold"]]],
    [
      `${E}[38;5;1ma${E}[38;5;9mb${E}[38;5;200mc`,
      [
        ["a", "ansi-red"],
        ["b", "ansi-bright-red"],
        ["c", ""],
      ],
    ],
    [`${E}[38;2;31;1;1mx`, [["x", ""]]],
    [
      `a${E}[2Jb${E}[10;20Hc${E}]0;title\x07d${E}]8;;http://x${E}\\e${E}(Bf${E}`,
      ["a", "b", "c", "d", "e", "f"].map((text) => [text, ""]),
    ],
    [`${E}]52;c;never ended`, []],
    [`${E}[31"><img src=x>m`, [['31"><img src=x>m', ""]]],
    ["bell\x07 null\x00 back\x08 del\x7f tab\t cr\r", [["bell␇ null␀ back␈ del␡ tab\t cr␍", ""]]],
  ]) {
    test(JSON.stringify(line), () => assert.deepEqual(parts(line), expected));
  }

  test("keeps a style until it is reset", () => {
    const ansi = new Ansi();
    ansi.parts(`${E}[31mone`);
    assert.deepEqual(ansi.parts("two"), [{ text: "two", classes: "ansi-red" }]);
    ansi.parts(`${E}[0m`);
    assert.deepEqual(ansi.parts("three"), [{ text: "three", classes: "" }]);
  });
});

describe("lines", () => {
  test("splits pieces at every place alike", () => {
    const text = "one\r\n\ntwo\nhalf";
    for (let at = 0; at <= text.length; at++) {
      const splitter = new Splitter();
      const lines = [...splitter.push(text.slice(0, at)), ...splitter.push(text.slice(at))];
      assert.deepEqual(lines.map((line) => line.text), ["one", "", "two"]);
      assert.equal(splitter.end().text, "half");
    }
  });

  test("cuts a line of 10 MB and counts the rest", () => {
    const splitter = new Splitter();
    for (let i = 0; i < 100; i++) splitter.push("x".repeat(100_000));
    const [line] = splitter.push("\n");
    assert.equal(line.text.length, LONGEST_LINE);
    assert.equal(line.dropped, 10_000_000 - LONGEST_LINE);
    assert.deepEqual(splitter.push("next\n"), [{ text: "next", dropped: 0 }]);
  });

  const at = (fraction, text) => `2026-01-31T09:00:00.${fraction}Z ${text}`;

  test("knows the lines that a continued log repeats", () => {
    const place = new Place();
    const log = [at("1", "a"), at("100000001", "b"), at("2", "c"), at("2", "c"), at("2", "d")];
    const read = (lines) =>
      lines.map((line) => place.next(line)?.text).filter((text) => text !== undefined);
    place.restart();
    assert.deepEqual(read(log.slice(0, 4)), ["a", "b", "c", "c"]);
    place.restart();
    assert.deepEqual(read([...log, at("3", "e")]), ["d", "e"]);
    place.restart();
    assert.deepEqual(read([...log, at("3", "e")]), []);
    place.restart();
    assert.deepEqual(read([at("4", "the log was rotated")]), ["the log was rotated"]);
  });

  test("numbers lines of the same time in their anchors", () => {
    const place = new Place();
    assert.equal(place.next(at("2", "a")).anchor, "L2026-01-31T09:00:00.2Z");
    assert.equal(place.next(at("2", "b")).anchor, "L2026-01-31T09:00:00.2Z,2");
    assert.equal(place.next("no time").anchor, "");
    assert.equal(timeOfAnchor("L2026-01-31T09:00:00.2Z,2"), "2026-01-31T09:00:00.2Z");
    assert.equal(timeOfAnchor("main"), undefined);
    assert.equal(wholeSecond("2026-01-31T10:00:00.999999999+01:00"), "2026-01-31T09:00:00Z");
  });
});

describe("address", () => {
  const driver = { name: "a-driver", role: "driver" };
  const executor = { name: "a-exec-7", role: "executor", executor: "7" };
  for (const [view, expected] of [
    [{}, driver],
    [{ pod: "a-exec-7" }, executor],
    [{ executor: "7" }, executor],
    [{ executor: "driver" }, driver],
    [{ executor: "8" }, undefined],
    [{ pod: "gone", executor: "7" }, undefined],
  ]) {
    test(JSON.stringify(view), () =>
      assert.equal(podInAddress([driver, executor], view), expected));
  }
});

describe("the anchor of an address", () => {
  for (const [hash, expected] of [
    ["", ""],
    ["#L2026-01-05T10%3A00:00Z", "L2026-01-05T10:00:00Z"],
    ["#100%", ""],
    ["#%E0%A4%A", ""],
  ]) {
    test(`${hash || "none"} is ${expected || "none"}`, () => assert.equal(anchorOf(hash), expected));
  }
});

describe("search", () => {
  test("finds words in upper and lower case, and nothing for no words", () => {
    assert.ok(has("An ERROR here", "error"));
    assert.ok(!has("An ERROR here", ""));
  });

  for (const [current, forward, expected] of [
    [-1, true, 2],
    [2, true, 5],
    [9, true, 2],
    [-1, false, 9],
    [2, false, 9],
    [5, false, 2],
  ]) {
    test(`from ${current} ${forward ? "on" : "back"} to ${expected}`, () =>
      assert.equal(nextMatch([2, 5, 9], current, forward), expected));
  }

  test("describes the position", () => {
    assert.equal(position([], -1), "no match");
    assert.equal(position([2, 5], -1), "2 found");
    assert.equal(position([2, 5], 5), "2 of 2");
  });
});

describe("stream", () => {
  const line = (second, text) => `2026-01-31T09:00:0${second}.000000000Z ${text}\n`;

  async function read(source, replies, running) {
    const asked = [];
    const lines = [];
    const states = [];
    const { fetch, setTimeout } = globalThis;
    globalThis.fetch = async (address) => {
      asked.push(new URL(address, "http://x").searchParams);
      const reply = replies.shift() ?? new Response("", { status: 404 });
      return typeof reply === "string" ? new Response(reply) : reply;
    };
    globalThis.setTimeout = (action) => setTimeout(action, 0);
    try {
      await new LogStream(
        { address: "/logs/pod", container: "c", ...source },
        {
          lines: (added) => lines.push(...added.map(({ text }) => text)),
          state: (text, isError) => states.push(isError ? `! ${text}` : text),
          isRunning: async () => running.shift() ?? false,
        },
      ).run();
    } finally {
      Object.assign(globalThis, { fetch, setTimeout });
    }
    return { asked, lines, states };
  }

  test("continues a quiet log without a gap or a line twice", async () => {
    const { asked, lines, states } = await read(
      { follow: true },
      [
        line(1, "a") + line(2, "b") + "2026-01-31T09:00:03.0",
        line(2, "b") + line(3, "c"),
        line(3, "c") + line(4, "no end").trimEnd(),
      ],
      [true, false],
    );
    assert.deepEqual(lines, ["a", "b", "c", "no end"]);
    assert.equal(asked[0].get("tail"), "5000");
    assert.equal(asked[1].get("sinceTime"), "2026-01-31T09:00:02Z");
    assert.equal(asked[1].get("follow"), "true");
    assert.equal(asked[2].get("follow"), null);
    assert.equal(states.at(-1), "End of the log");
  });

  test("requests nothing more after a lost login", async () => {
    const { asked, states } = await read({ follow: true }, [new Response("", { status: 401 })], []);
    assert.equal(asked.length, 1);
    assert.match(states[0], /^! The login has ended/);
  });

  test("tries again while a container waits to start", async () => {
    const waits = Response.json({ error: "No log", message: "waiting to start" }, { status: 409 });
    const replies = [waits, line(1, "a"), ""];
    const { asked, lines, states } = await read({ follow: true }, replies, [false]);
    assert.equal(asked.length, 3);
    assert.deepEqual(lines, ["a"]);
    assert.match(states[0], /waiting to start/);
  });

  test("begins at the time of a link", async () => {
    const source = { follow: false, since: "2026-01-31T09:00:02.5Z" };
    const { asked } = await read(source, [line(2, "a")], []);
    assert.equal(asked[0].get("sinceTime"), "2026-01-31T09:00:02Z");
    assert.equal(asked[0].get("tail"), null);
  });
});
