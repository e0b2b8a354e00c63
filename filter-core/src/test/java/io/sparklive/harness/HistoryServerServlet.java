// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import io.sparklive.harness.EmbeddedHistoryServer.Passed;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The History Server's own responses. */
final class HistoryServerServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private static final Pattern APPLICATION =
      Pattern.compile("/(?:api/v1/applications|history)/([^/]+)(/.*)?");

  private final transient Supplier<String> list;
  private final transient StandInCatalog catalog;
  private final transient Consumer<Passed> passed;

  HistoryServerServlet(Supplier<String> list, StandInCatalog catalog, Consumer<Passed> passed) {
    this.list = list;
    this.catalog = catalog;
    this.passed = passed;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    String path = request.getRequestURI();
    String context = request.getContextPath();
    passed.accept(
        new Passed(
            context.isEmpty() ? "/" : context,
            path,
            TestAuthentication.passedUnwrapped(request, response)));
    if (context.isEmpty()) {
      write(response, 200, "text/html", homePage(request.getParameter("showIncomplete")));
    } else if (path.equals("/api/v1/applications")) {
      write(response, 200, "application/json", list.get());
    } else {
      respond(path, context.equals("/api"), response);
    }
  }

  private void respond(String path, boolean isRest, HttpServletResponse response)
      throws IOException, ServletException {
    Matcher application = APPLICATION.matcher(path);
    String id = application.matches() ? application.group(1) : "";
    String below = application.matches() ? application.group(2) : null;
    boolean isAttempt = below != null && below.matches("/[0-9]+");
    if (below != null && !isAttempt && catalog.failsToRead(id)) {
      failToRead(below, isRest, response);
    } else if (below != null && !isAttempt && catalog.isRenamed(id)) {
      // The text of Spark.
      String text = isRest ? "no such app: " + id : "<p>Application " + id + " not found.</p>";
      write(response, 404, isRest ? "text/plain" : "text/html", text);
    } else if (path.endsWith("/jobs/9999")) {
      write(response, 404, "text/plain", "unknown job: 9999");
    } else if (isRest && isAttempt && catalog.listed(id).isEmpty()) {
      write(response, 404, "text/plain", "unknown app " + id + ", attempt " + below.substring(1));
    } else if (isRest && application.matches() && catalog.listed(id).isEmpty()) {
      write(response, 404, "text/plain", "unknown app: " + id);
    } else {
      write(
          response, 200, isRest ? "application/json" : "text/html", "the History Server's " + path);
    }
  }

  /**
   * As Spark does for a rolling log without a status file: Jersey sends an error before the
   * exception. The executors are a response without an exception, as the WAR forwards it.
   */
  private void failToRead(String below, boolean isRest, HttpServletResponse response)
      throws IOException, ServletException {
    if (below.endsWith("/executors")) {
      write(response, 500, "text/html", "HTTP ERROR 500 Request failed.");
      return;
    }
    IllegalArgumentException cause =
        new IllegalArgumentException(
            "requirement failed: Log directory must contain an appstatus file!");
    if (!isRest) {
      throw cause;
    }
    response.sendError(500, "Request failed.");
    throw new ServletException(cause);
  }

  private static String homePage(String showIncomplete) {
    String kind = "true".equals(showIncomplete) ? "incomplete" : "completed";
    return "<html><body><script src=\"/static/historypage-common.js\"></script>the home page <h4>No "
        + kind
        + " applications found!</h4></body></html>";
  }

  private void write(HttpServletResponse response, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    setStatus(response, status);
    response.setContentType(type);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /** Up to Servlet 5, Jersey sets a status together with its reason phrase. */
  @SuppressWarnings("deprecation") // Servlet 6 has no such method
  private void setStatus(HttpServletResponse response, int status) {
    if (getServletContext().getMajorVersion() < 6) {
      response.setStatus(status, "as Jersey sets it");
    } else {
      response.setStatus(status);
    }
  }
}
