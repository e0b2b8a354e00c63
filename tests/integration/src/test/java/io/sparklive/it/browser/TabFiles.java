// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A page of a tab that uses its files in every way that a page can, and reports the results. */
final class TabFiles {
  private static final String PAGE =
      """
      <!DOCTYPE html><html><head><title>Tab</title>
      <link rel="stylesheet" href="FILES/style.css">
      <link rel="modulepreload" href="FILES/part.js">
      <script>
        const result = {};
        const fail = name => e => result[name] = `failed: ${e.message || e.type || e}`;
        const run = (name, worker, port) => {
          port.onmessage = e => result[name] = e.data;
          worker.onerror = fail(name);
        };
      </script></head>
      <body><p id="styled">a</p><p id="imported">a</p>
      <img id="image" src="FILES/logo.svg">
      <object id="object" data="FILES/logo.svg" type="image/svg+xml"></object>
      <embed id="embed" src="FILES/logo.svg" type="image/svg+xml">
      <script src="FILES/classic.js"></script>
      <script type="module" src="FILES/module.js"></script>
      <script>
        const worker = new Worker("FILES/worker.js");
        run("worker", worker, worker);
        const module = new Worker("FILES/module-worker.js", {type: "module"});
        run("moduleWorker", module, module);
        const shared = new SharedWorker("FILES/shared-worker.js");
        run("sharedWorker", shared, shared.port);
        document.fonts.load("12px F").then(fonts => result.font = fonts[0].status, fail("font"));
        addEventListener("load", () => {
          result.style = getComputedStyle(document.getElementById("styled")).color;
          result.importedStyle = getComputedStyle(document.getElementById("imported")).color;
          result.image = document.getElementById("image").naturalWidth;
          result.object = document.getElementById("object").getBoundingClientRect().width;
          result.embed = document.getElementById("embed").getBoundingClientRect().width;
        });
      </script></body></html>
      """;
  private static final String RESULT =
      """
      {"classic": "ran", "module": "ran", "dynamic": "ran", "worker": "ran true 200",
       "moduleWorker": "ran true 200", "sharedWorker": "ran true 200", "font": "loaded",
       "style": "rgb(1, 2, 3)", "importedStyle": "rgb(4, 5, 6)",
       "image": 7, "object": 7, "embed": 7}
      """;
  private static final String STYLE =
      """
      @import "more.css";
      @font-face { font-family: F; src: url("font.woff2") }
      body { font-family: F; background: url("logo.svg") }
      #styled { color: rgb(1, 2, 3) }
      """;
  // A worker needs the origin of its page to read from the driver.
  private static final String READING =
      "fetch('part.js').then(response => %s(`${ran} ${self.origin === location.origin}"
          + " ${response.status}`), e => %1$s(`failed: ${e}`));";
  private static final String LOGO =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"7\" height=\"7\"><rect width=\"7\""
          + " height=\"7\"/></svg>";
  // One square glyph, the letter a.
  private static final String FONT =
      "d09GMgABAAAAAADwAAoAAAAAAkAAAACqAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAABmAANAoYNgE2AiQDCAsGAAQg"
          + "BTwHIBunAfifhbGzo6K4EDRGdSn9ElG2WNUzg0DgiD+FcKBIcMSjsJcg1b/2r9S+phEmcCD1wxepvgL9d4Pj"
          + "iHIJLJVAIdIQBoFhAw5LovFFXZfsYMgADx+7vTdFGyg0zlpwNjaMEezf3Z0AKDAIBgfAADLpU1lrAUH4ua7c"
          + "/+kBf7/xQlYWWoHQ2zfqjU+WAAAqi3ojKCOgAAAwbgIiCCgRLXMUpY6Keb48TWwA";

  private TabFiles() {}

  /**
   * Makes the driver serve the files in each of these directories, for a page of the live UI there.
   */
  static void serve(FakeDriver driver, String live, List<String> directories) {
    for (String directory : directories) {
      text(driver, page(directory), "text/html", PAGE.replace("FILES", live + directory));
      text(driver, directory + "/style.css", "text/css", STYLE);
      text(driver, directory + "/more.css", "text/css", "#imported { color: rgb(4, 5, 6) }");
      text(driver, directory + "/logo.svg", "image/svg+xml", LOGO);
      script(driver, directory + "/classic.js", "result.classic = 'ran';");
      script(
          driver,
          directory + "/module.js",
          "import {ran} from './part.js'; result.module = ran;"
              + "import('./dynamic.js').then(m => result.dynamic = m.ran);");
      script(driver, directory + "/part.js", "export const ran = 'ran';");
      script(driver, directory + "/dynamic.js", "export {ran} from './part.js';");
      script(
          driver,
          directory + "/worker.js",
          "importScripts('worker-part.js');" + READING.formatted("postMessage"));
      script(driver, directory + "/worker-part.js", "self.ran = 'ran';");
      script(
          driver,
          directory + "/module-worker.js",
          "import {ran} from './part.js';" + READING.formatted("postMessage"));
      script(
          driver,
          directory + "/shared-worker.js",
          "const ran = 'ran'; onconnect = e => {"
              + READING.formatted("e.ports[0].postMessage")
              + "};");
      driver.respond(
          directory + "/font.woff2",
          Response.of(200, Base64.getDecoder().decode(FONT), "Content-Type", "font/woff2"));
    }
  }

  /** The page that uses the files in this directory. */
  static String page(String directory) {
    return "/tab/of" + directory + "/";
  }

  /** The expected {@code result} of the page. */
  static JsonObject result() {
    return JsonParser.parseString(RESULT).getAsJsonObject();
  }

  private static void script(FakeDriver driver, String path, String script) {
    text(driver, path, "text/javascript", script);
  }

  private static void text(FakeDriver driver, String path, String type, String text) {
    driver.respond(
        path, Response.of(200, text.getBytes(StandardCharsets.UTF_8), "Content-Type", type));
  }
}
