import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Channel, closePage, openPage } from "./document.mjs";

const PAGES = new URL("../../main/resources/io/sparklive/pages/", import.meta.url);
const HISTORY_LINK = new URL(
  "../../main/resources/io/sparklive/proxy/history-link.js",
  import.meta.url,
);

let root;
const { fetch, setInterval, setTimeout } = globalThis;

beforeEach(async () => {
  globalThis.setInterval = () => {};
  root = await mkdtemp(join(tmpdir(), "running-"));
});

afterEach(async () => {
  globalThis.setInterval = setInterval;
  globalThis.setTimeout = setTimeout;
  globalThis.fetch = fetch;
  await rm(root, { recursive: true });
});

/** Loads the modules as a browser does from there. */
async function at(...base) {
  const directory = join(root, ...base, "-", "assets");
  await mkdir(directory, { recursive: true });
  await cp(PAGES, directory, { recursive: true });
  await writeFile(join(root, "package.json"), '{"type": "module"}');
  return import(`${pathToFileURL(join(directory, "running.js")).href}?1f2e3d`);
}

describe("running.js", () => {
  for (const base of [
    ["sparkui"],
    ["user", "jo@example.org", "proxy", "23080", "sparkui"],
    ["a+b:c,d", "live", "ui"],
    ["it's", "a;b&c", "sparkui"],
  ]) {
    test(`finds everything from its own address below ${base.join("/")}`, async () => {
      const page = openPage("home");
      const live = `${pathToFileURL(join(root, ...base)).href}/`;
      let requested;
      const list = [
        { id: "app-1", name: "", state: "live", viewable: true, link: "/elsewhere/app-1/" },
      ];
      globalThis.fetch = async (url) => {
        requested = url;
        return Response.json({ asOf: 0, applications: list });
      };
      globalThis.setTimeout = () => {};

      await at(...base);
      for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));

      assert.equal(requested, `${live}-/applications`);
      const [row] = page.section.all("data-id");
      const name = row.one("data-column", "name");
      assert.equal(name.all("href")[0].getAttribute("href"), `${live}app-1/`);
      const overview = page.section.one("class", "live-history-overview");
      assert.equal(overview.getAttribute("href"), live);
      const [channel] = Channel.open;
      assert.equal(channel.name, `live-history ${new URL(live).pathname}`);
      closePage();
    });
  }
});

describe("history-link.js", () => {
  /** Runs it at the end of the file that has this address, in a page of a driver. */
  const run = async ({ src, module = false, state = "loading", times = 1, logs = false }) => {
    const bar = {
      items: [],
      querySelector: (selector) =>
        bar.items.find(({ className }) => className.includes(selector.slice(1))) ?? null,
      prepend: (item) => bar.items.unshift(item),
    };
    const script = src && { src };
    const { document } = globalThis;
    Object.assign(document, {
      readyState: state,
      currentScript: module ? null : script,
      querySelector: (selector) => (selector.startsWith("script") ? script : bar),
      createElement: () => ({
        append(child) {
          this.link = child;
        },
      }),
    });
    const text = await readFile(HISTORY_LINK, "utf8");
    const made = text.replace("BASES", '["/live/ui","/proxy"]').replace("HAS_LOGS", String(logs));
    const file = `// ends in a comment\n${made}`;
    for (let time = 0; time < times; time += 1) {
      new Function(file)();
    }
    const early = bar.items.length;
    document.dispatchEvent(new Event("DOMContentLoaded"));
    return { early, links: bar.items.map(({ link }) => link) };
  };
  const SRC = "https://example.org/jo%40x/a+b/live/ui/app-1/static/webui.js";
  const HOME = "https://example.org/jo%40x/a+b/";

  beforeEach(() => openPage());
  afterEach(() => closePage());

  for (const [src, home] of [
    [SRC, HOME],
    ["https://example.org/live/ui/app-1/static/webui.js", "https://example.org/"],
    ["https://example.org/a/proxy/app-1/static/webui.js", "https://example.org/a/"],
    ["https://example.org/live/ui/live/ui/live/static/webui.js", "https://example.org/live/ui/"],
  ]) {
    test(`leads to the home page from ${src}`, async () => {
      const { early, links } = await run({ src });
      assert.equal(early, 0);
      assert.deepEqual(
        links.map(({ href }) => href),
        [home],
      );
    });
  }

  test("adds the link at once if the page is there already", async () => {
    const { early } = await run({ src: SRC, state: "interactive" });
    assert.equal(early, 1);
  });

  for (const [src, logs] of [
    [SRC, "https://example.org/jo%40x/a+b/live/ui/-/logs/app-1"],
    [
      "https://example.org/a/proxy/app-1/static/webui.js",
      "https://example.org/a/live/ui/-/logs/app-1",
    ],
  ]) {
    test(`leads to the logs from ${src}`, async () => {
      const { links } = await run({ src, logs: true, times: 2 });
      assert.deepEqual(
        links.map(({ textContent }) => textContent),
        ["\u2039 History Server", "Logs"],
      );
      assert.equal(links[1].href, logs);
    });
  }

  test("works in a module", async () => {
    const { links } = await run({ src: SRC, module: true, state: "interactive" });
    assert.equal(links[0].href, HOME);
  });

  test("adds one link however often it runs", async () => {
    for (const state of ["loading", "complete"]) {
      assert.equal((await run({ src: SRC, state, times: 3 })).links.length, 1);
    }
  });

  test("adds none if its own address is not that of a live UI", async () => {
    for (const src of ["https://example.org/static/webui.js", undefined]) {
      assert.equal((await run({ src })).links.length, 0);
    }
  });

  test("reports the login to the lists of the same prefix, and keeps no channel", async () => {
    for (const src of [SRC, SRC.replace("live/ui", "proxy")]) {
      const received = [];
      const channels = ["/jo%40x/a+b/live/ui/", "/jo%40x/live/ui/", "/"].map((prefix) => {
        const channel = new Channel(`live-history ${prefix}`);
        channel.onmessage = ({ data }) => received.push([prefix, data]);
        return channel;
      });
      await run({ src });
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(received, [["/jo%40x/a+b/live/ui/", "logged in"]]);
      assert.equal(Channel.open.size, 3);
      channels.forEach((channel) => channel.close());
    }
  });

  test("adds the link if the browser has no channels", async () => {
    globalThis.BroadcastChannel = undefined;
    assert.equal((await run({ src: SRC })).links.length, 1);
  });
});
