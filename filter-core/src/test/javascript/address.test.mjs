import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Channel, closePage, openPage } from "./document.mjs";

const SCRIPT = new URL("../../main/resources/io/sparklive/pages/running.js", import.meta.url);
const WAY_BACK = new URL("../../main/resources/io/sparklive/pages/way-back.js", import.meta.url);

let root;
const { fetch, setInterval } = globalThis;

beforeEach(async () => {
  globalThis.setInterval = () => {};
  root = await mkdtemp(join(tmpdir(), "running-"));
});

afterEach(async () => {
  globalThis.setInterval = setInterval;
  globalThis.fetch = fetch;
  await rm(root, { recursive: true });
});

/** The script as a browser has it from there. */
async function at(...base) {
  const directory = join(root, ...base, "-", "assets");
  await mkdir(directory, { recursive: true });
  const copy = join(directory, "running.mjs");
  await copyFile(SCRIPT, copy);
  return import(`${pathToFileURL(copy).href}?1f2e3d`);
}

describe("running.js", () => {
  for (const base of [
    ["sparkui"],
    ["user", "jo@example.org", "proxy", "23080", "sparkui"],
    ["a+b:c,d", "live", "ui"],
    ["it's", "a;b&c", "sparkui"],
  ]) {
    test(`finds everything from its own address below ${base.join("/")}`, async () => {
      const { Table, View, Watch } = await at(...base);
      const page = openPage("home");
      const live = `${pathToFileURL(join(root, ...base)).href}/`;

      const table = new Table();
      table.show([
        { id: "app-1", name: "", state: "live", viewable: true, link: "/elsewhere/app-1/" },
      ]);
      assert.equal(table.element.all("href")[0]?.getAttribute("href"), `${live}app-1/`);

      new View(page.section);
      const overview = page.section.one("class", "live-history-overview");
      assert.equal(overview.getAttribute("href"), live);

      let requested;
      globalThis.fetch = (url) => {
        requested = url;
        return new Promise(() => {});
      };
      page.document.hidden = false;
      new Watch(page.section).start();
      assert.equal(requested, `${live}-/applications`);
      const [{ name }] = Channel.open;
      assert.equal(name, `live-history ${new URL(live).pathname}`);
      closePage();
    });
  }
});

describe("way-back.js", () => {
  /** Runs it with this address in a page of a driver. */
  const run = async (src) => {
    const bar = { querySelector: () => null, prepend: (item) => (bar.item = item) };
    const element = () => ({ append: (child) => (element.link = child) });
    Object.assign(globalThis.document, {
      currentScript: { src, dataset: { liveHistoryHome: "../../../../" } },
      querySelector: () => bar,
      createElement: element,
    });
    new Function(await readFile(WAY_BACK, "utf8"))();
    return element.link;
  };

  beforeEach(() => openPage());
  afterEach(() => closePage());

  test("leads to the home page from its own address", async () => {
    const link = await run("https://example.org/jo%40x/a+b/live/ui/-/assets/way-back.js?1f");
    assert.equal(link.href, "https://example.org/jo%40x/a+b/");
  });

  test("tells the lists of the same prefix that there is a login, and keeps no channel", async () => {
    const received = [];
    for (const prefix of ["/jo%40x/a+b/live/ui/", "/jo%40x/live/ui/", "/"]) {
      new Channel(`live-history ${prefix}`).onmessage = ({ data }) => received.push([prefix, data]);
    }
    await run("https://example.org/jo%40x/a+b/live/ui/-/assets/way-back.js?1f");
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(received, [["/jo%40x/a+b/live/ui/", "logged in"]]);
    assert.equal(Channel.open.size, 3);
  });

  test("leads to the home page where the browser has no channels", async () => {
    globalThis.BroadcastChannel = undefined;
    const link = await run("https://example.org/sparkui/-/assets/way-back.js?1f");
    assert.ok(link.href);
  });
});
