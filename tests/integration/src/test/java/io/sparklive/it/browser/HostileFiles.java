// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Files of a driver with scripts in them, each of which requests {@link #RAN} if it runs. */
final class HostileFiles {
  /** The path of the driver below which a script that runs requests the name of its file. */
  static final String RAN = "/ran/";

  /** A page whose script runs, like that of any page. */
  static final String PAGE = "/tab/hostile/";

  private static final String CSP = "Content-Security-Policy";
  private static final String XHTML =
      "<html xmlns=\"http://www.w3.org/1999/xhtml\"><script>RUN</script></html>";
  private static final String HTML =
      "<!DOCTYPE html><body onload=\"RUN\"><script>RUN</script><img src=\"\" onerror=\"RUN\">"
          + "<svg onload=\"RUN\"></svg><iframe srcdoc=\"<script>RUN</script>\"></iframe>"
          + "<meta http-equiv=\"refresh\" content=\"0;url=LIVE/ran/NAME\"></body>";
  private static final String SVG =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"RUN\"><script>RUN</script>"
          + "<animate attributeName=\"x\" begin=\"0s\" onbegin=\"RUN\"/><foreignObject>"
          + XHTML
          + "</foreignObject></svg>";
  private static final String STYLED =
      """
      <?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#s"?>
      <!DOCTYPE r [<!ATTLIST xsl:stylesheet id ID #REQUIRED>]>
      <r><xsl:stylesheet id="s" version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
      <xsl:output method="html"/>
      <xsl:template match="/"><html><body><script>RUN</script></body></html></xsl:template>
      </xsl:stylesheet></r>
      """;

  private static final List<File> FILES =
      List.of(
          new File("html.png", 200, HTML, "text/html"),
          new File("two-types.png", 200, HTML, "image/png", "Content-Type", "text/html"),
          new File("list.png", 200, HTML, "image/png, text/html"),
          new File("no-type.png", 200, HTML, ""),
          new File("error.png", 404, HTML, "text/html"),
          new File("unavailable.js", 503, HTML, "text/html"),
          new File(
              "parts.png",
              200,
              "--B\r\nContent-Type: text/html\r\n\r\n" + HTML + "\r\n--B--",
              "multipart/x-mixed-replace;boundary=B"),
          new File("own-policy.png", 200, HTML, "text/html", CSP, "script-src * 'unsafe-inline'"),
          new File(
              "own-sandbox.png",
              200,
              HTML,
              "text/html",
              CSP,
              "sandbox allow-scripts allow-same-origin, default-src *",
              CSP,
              "sandbox allow-scripts allow-same-origin allow-top-navigation allow-popups"),
          new File("refresh.png", 200, HTML, "image/png", "Refresh", "0;url=LIVE/ran/NAME"),
          new File("image.svg", 200, SVG, "image/svg+xml"),
          new File("document.svg", 200, XHTML, "application/xhtml+xml"),
          new File("styled.svg", 200, STYLED, "image/svg+xml"),
          new File("styled.png", 200, STYLED, "application/xml"),
          new File("math.png", 200, XHTML, "application/mathml+xml"),
          new File("script.js", 200, "RUN", "text/javascript"),
          new File("html.js", 200, HTML, "text/javascript"),
          new File("html.css", 200, HTML, "text/css"));

  /** A response; {@code RUN} in it is a script. */
  private record File(String name, int status, String body, String type, List<String> headers) {
    File(String name, int status, String body, String type, String... headers) {
      this(name, status, body, type, List.of(headers));
    }

    Response response(String live) {
      List<String> all = new ArrayList<>(List.of("Content-Type", type));
      headers.stream().map(value -> filled(value, live)).forEach(all::add);
      return Response.of(status, filled(body, live), all.toArray(String[]::new));
    }

    private String filled(String text, String live) {
      return text.replace("RUN", "fetch('LIVE/ran/NAME')")
          .replace("LIVE", live)
          .replace("NAME", name);
    }
  }

  private HostileFiles() {}

  /**
   * Makes the driver serve the files in each of these directories, for its live UI at that path.
   */
  static void serve(FakeDriver driver, String live, List<String> directories) {
    String page =
        "<!DOCTYPE html><script>fetch('" + live + RAN + "page').then(r => r.text())</script>";
    driver.respond(PAGE, Response.of(200, page, "Content-Type", "text/html"));
    for (String directory : directories) {
      FILES.forEach(file -> driver.respond(directory + "/" + file.name(), file.response(live)));
      String frames =
          names().stream()
              .map(name -> live + directory + "/" + name)
              .map("<iframe src='%s'></iframe>"::formatted)
              .collect(Collectors.joining("", "<!DOCTYPE html>", ""));
      driver.respond(frames(directory), Response.of(200, frames, "Content-Type", "text/html"));
    }
  }

  /** A page with the files of a directory in frames. */
  static String frames(String directory) {
    return "/tab/frames" + directory + "/";
  }

  static List<String> names() {
    return FILES.stream().map(File::name).toList();
  }
}
