import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  countsByNamespace,
  grouped,
  inOrder,
  needsAttention,
  unmoved,
  matcher,
  nextSort,
  parseSort,
  sortText,
  sums,
  sumsText,
  toggleVerdict,
  totalsOf,
  verdictsOf,
} from "../../main/resources/io/sparklive/pages/model.js";

const application = (id, facts = {}) => ({ id, name: `Name of ${id}`, state: "live", ...facts });
const ids = (list) => list.map(({ id }) => id);

describe("matcher", () => {
  const all = [
    application("app-1", { user: "ada", namespace: "etl", verdict: "failing", name: "Daily report" }),
    application("app-2", { user: "adam", namespace: "etl-dev", verdict: "no_response" }),
    application("app-3", { user: "Bob", namespace: "ml", verdict: "stuck", name: "a.b (c)" }),
    application("app-4", { user: "bob", name: "user: x" }),
  ];
  const shown = (each) => `${each.name}\n${each.id}\n${each.user}`.toLowerCase();
  const found = (text, ignored) => {
    const matches = matcher(text, ignored);
    return ids(matches ? all.filter((each) => matches(each, shown(each))) : all);
  };

  for (const [text, expected] of [
    ["", ["app-1", "app-2", "app-3", "app-4"]],
    ["   ", ["app-1", "app-2", "app-3", "app-4"]],
    ["user:ada", ["app-1"]],
    ["user:ADA*", ["app-1", "app-2"]],
    ["user:*d*m", ["app-2"]],
    ["user:bob", ["app-3", "app-4"]],
    ["USER:bob", ["app-3", "app-4"]],
    ["user:ada user:adam", ["app-1", "app-2"]],
    ["user:ada,adam", ["app-1", "app-2"]],
    ["-user:bob", ["app-1", "app-2"]],
    ["-user:bob,ada", ["app-2"]],
    ["namespace:etl", ["app-1"]],
    ["namespace:etl* verdict:failing", ["app-1"]],
    ["verdict:failing,stuck", ["app-1", "app-3"]],
    ["verdict:no_response", ["app-2"]],
    ['verdict:"no response"', ["app-2"]],
    ["verdict:No-Response", ["app-2"]],
    ["name:report", ["app-1"]],
    ['name:"daily report"', ["app-1"]],
    ['name:"daily re', ["app-1"]],
    ["id:P-3", ["app-3"]],
    ["name:.b", ["app-3"]],
    ["user:.*", []],
    ["report daily", ["app-1"]],
    ['"daily report"', ["app-1"]],
    ['"report daily"', []],
    ["(c)", ["app-3"]],
    ["ada report", ["app-1"]],
    // The user has not typed the value yet.
    ["user:", ["app-1", "app-2", "app-3", "app-4"]],
    ["user: ada", ["app-1", "app-2"]],
    ["verdict:,", ["app-1", "app-2", "app-3", "app-4"]],
    // No key of a term: text.
    ["owner:ada", []],
    ["http://x", []],
    ["-3", ["app-3"]],
    ["[", []],
    ["user:[", []],
    ["user:\\", []],
  ]) {
    test(`finds ${JSON.stringify(text)} in ${expected.join(", ")}`, () => {
      assert.deepEqual(found(text), expected);
    });
  }

  test("ignores the terms of a key without effect", () => {
    assert.deepEqual(found("verdict:failing user:bob", ["verdict"]), ["app-3", "app-4"]);
    assert.equal(matcher("verdict:failing", ["verdict"]), undefined);
  });
});

describe("toggleVerdict", () => {
  for (const [text, verdict, expected] of [
    ["", "failing", "verdict:failing"],
    ["user:ada", "stuck", "user:ada verdict:stuck"],
    ["verdict:failing", "stuck", "verdict:failing,stuck"],
    ["verdict:failing,stuck x", "failing", "x verdict:stuck"],
    ["x verdict:failing y", "failing", "x y"],
    ['verdict:"no response"', "no_response", ""],
    ["verdict:failing verdict:stuck user:ada", undefined, "user:ada"],
    ['name:"a b" verdict:idle', undefined, 'name:"a b"'],
  ]) {
    test(`${text} and ${verdict} -> ${expected}`, () => {
      assert.equal(toggleVerdict(text, verdict), expected);
    });
  }

  test("has the verdicts that a text names", () => {
    assert.deepEqual(verdictsOf("x verdict:failing,STUCK -verdict:idle"), ["failing", "stuck"]);
  });
});

describe("inOrder", () => {
  const sorted = (list, text) => ids(inOrder(list, false, parseSort(text)).all);

  test("has the worst verdict first, and else the order of the server", () => {
    const list = [
      application("denied"),
      application("starting", { verdict: "starting" }),
      application("running", { verdict: "running" }),
      application("later version", { verdict: "later" }),
      application("ended", { verdict: "ended", state: "ended" }),
      application("idle", { verdict: "idle" }),
      application("stuck 1", { verdict: "stuck" }),
      application("no response", { verdict: "no_response" }),
      application("stuck 2", { verdict: "stuck" }),
      application("failing", { verdict: "failing" }),
    ];
    assert.deepEqual(sorted(list), [
      "failing",
      "no response",
      "stuck 1",
      "stuck 2",
      "idle",
      "running",
      "later version",
      "starting",
      "denied",
      "ended",
    ]);
  });

  test("sorts by numbers with unknown ones last, in both directions", () => {
    const list = [["a", 4], ["b"], ["c", 30], ["d", 0]].map(([id, cores]) =>
      application(id, { progress: cores === undefined ? undefined : { cores } }),
    );
    assert.deepEqual(sorted(list, "cores"), ["d", "a", "c", "b"]);
    assert.deepEqual(sorted(list, "-cores"), ["c", "a", "d", "b"]);
  });

  test("sorts by progress as a share", () => {
    const list = [["a", 9, 10], ["b", 50, 100], ["c", 0, 0]].map(([id, done, total]) =>
      application(id, { progress: { tasks: { done, total } } }),
    );
    assert.deepEqual(sorted(list, "-progress"), ["a", "b", "c"]);
  });

  test("sorts text without case and with numbers as numbers", () => {
    const list = ["report 10", "Report 9", "alpha"].map((name) => application(name, { name }));
    assert.deepEqual(sorted(list, "name"), ["alpha", "Report 9", "report 10"]);
    assert.deepEqual(sorted(list, "-name"), ["report 10", "Report 9", "alpha"]);
  });

  test("sorts by duration: the longest is the first to start", () => {
    const list = [1, 3, 2].map((started) => application(`${started}`, { started }));
    assert.deepEqual(sorted(list, "started"), ["1", "2", "3"]);
    assert.deepEqual(sorted(list, "-duration"), ["1", "2", "3"]);
  });

  test("does not change the list of the server", () => {
    const list = [application("b"), application("a")];
    inOrder(list, false, parseSort("id"));
    assert.deepEqual(ids(list), ["b", "a"]);
  });
});

describe("parseSort", () => {
  for (const [text, expected] of [
    ["cores", "cores"],
    ["-cores", "-cores"],
    ["", "verdict"],
    [null, "verdict"],
    [undefined, "verdict"],
    ["toString", "verdict"],
    ["__proto__", "verdict"],
    ["--cores", "verdict"],
  ]) {
    test(`${text} -> ${expected}`, () => assert.equal(sortText(parseSort(text)), expected));
  }

  test("begins with the useful direction, and turns it with the next click", () => {
    const first = nextSort(parseSort(""), "cores");
    assert.equal(sortText(first), "-cores");
    assert.equal(sortText(nextSort(first, "cores")), "cores");
    assert.equal(sortText(nextSort(first, "name")), "name");
    assert.equal(sortText(nextSort(first, "verdict")), "verdict");
  });
});

describe("groups", () => {
  const list = [
    application("1", { user: "ada", verdict: "failing", progress: { executors: 1, cores: 4, coresBusy: 3 } }),
    application("2", { user: "bob", verdict: "running", progress: { executors: 9, cores: 36 } }),
    application("3", { user: "ada", verdict: "running", progress: { executors: 2, cores: 8, coresBusy: 0 } }),
    application("4", { verdict: "idle" }),
    application("5", { user: "ada", state: "ended", verdict: "ended" }),
  ];
  const shape = (groups) => groups.map(({ name, applications }) => [name, ...ids(applications)]);

  test("are one without a name if the user wants none", () => {
    assert.deepEqual(shape(grouped(list, "")), [[undefined, "1", "2", "3", "4", "5"]]);
    assert.deepEqual(shape(grouped(list, "constructor")).length, 1);
  });

  test("have the order of their first applications", () => {
    assert.deepEqual(shape(grouped(list, "user")), [
      ["ada", "1", "3"],
      ["bob", "2"],
      ["No user", "4"],
      ["Ended", "5"],
    ]);
  });

  test("have the order of their sums where the column has a sum", () => {
    const names = (text) => grouped(list, "user", parseSort(text)).map(({ name }) => name);
    assert.deepEqual(names("-cores"), ["bob", "ada", "No user", "Ended"]);
    assert.deepEqual(names("executors"), ["ada", "bob", "No user", "Ended"]);
  });

  test("have sums", () => {
    assert.equal(
      sumsText(sums(list.slice(0, 3))),
      "3 applications · 1 failing · 12 executors · cores 3 of 48 busy",
    );
    assert.equal(sumsText(sums(list.slice(3, 4))), "1 application · 1 idle");
    assert.equal(sumsText(sums(list.slice(1, 2))), "1 application · 9 executors · 36 cores");
  });
});

describe("totalsOf", () => {
  test("has the totals of the server", () => {
    const totals = { applications: 3, verdicts: {} };
    assert.equal(totalsOf({ totals, applications: [] }), totals);
  });

  test("counts the applications of an earlier version", () => {
    const applications = [
      application("1", { progress: { cores: 4 } }),
      application("2", { state: "ended", progress: { cores: 4 } }),
      application("3"),
    ];
    const totals = totalsOf({ applications });
    assert.equal(totals.applications, 2);
    assert.equal(totals.cores, 4);
    assert.equal(totals.coresBusy, undefined);
  });
});

describe("needsAttention", () => {
  for (const [verdict, expected] of [
    ["failing", true],
    ["no_response", true],
    ["stuck", true],
    ["waiting", true],
    ["straggling", true],
    ["idle", true],
    ["finishing", false],
    ["running", false],
    ["pending", false],
    ["starting", false],
    ["ended", false],
    [undefined, false],
  ]) {
    test(`${verdict} -> ${expected}`, () => assert.equal(needsAttention({ verdict }), expected));
  }
});

describe("countsByNamespace", () => {
  test("counts by namespace, the largest first", () => {
    const applications = ["etl", "ml", undefined, "ml"].map((namespace) => ({ namespace }));
    assert.deepEqual(countsByNamespace(applications), [
      ["ml", 2],
      ["etl", 1],
      ["no namespace", 1],
    ]);
  });

  test("counts by user without namespaces", () => {
    assert.deepEqual(countsByNamespace([{ user: "ada" }, { user: "ada" }]), [["ada", 2]]);
  });
});

describe("unmoved", () => {
  for (const [places, expected] of [
    [[], []],
    [[0, 1, 2], [0, 1, 2]],
    [[1, 2, 0], [0, 1]],
    [[2, 0, 1], [1, 2]],
    [[-1, 0, -1, 1], [1, 3]],
    [[3, 2, 1, 0], [3]],
    [[0, 3, 1, 2, 4], [0, 2, 3, 4]],
  ]) {
    test(`keeps ${expected} of ${places}`, () => {
      assert.deepEqual([...unmoved(places)].sort(), expected);
    });
  }
});
