// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.sparklive.application.ApplicationId;
import io.sparklive.http.GzippedText;
import io.sparklive.http.Redirect;
import io.sparklive.routing.Links;
import io.sparklive.spi.SecurityHeaders;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Writes the filter's own responses: pages, JSON, files and redirects. As in Spark's responses, the
 * headers forbid MIME sniffing and framing by other sites; except for files, they forbid caching.
 */
public final class Pages {
  private static final String HTML = "text/html;charset=utf-8";
  private static final String JSON = "application/json;charset=utf-8";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";

  private final Supplier<SparkTheme> theme;
  private final SecurityHeaders securityHeaders;

  /**
   * @param theme the current theme of the History Server's own pages, as far as it is known
   * @param securityHeaders the security headers of the History Server's own responses
   */
  public Pages(Supplier<SparkTheme> theme, SecurityHeaders securityHeaders) {
    this.theme = theme;
    this.securityHeaders = securityHeaders;
  }

  /** Writes a message as a page. */
  public void writeHtml(
      HttpServletRequest request, HttpServletResponse response, Message message, Links links)
      throws IOException {
    StringBuilder body = new StringBuilder(1024);
    body.append("<h4>" + Html.escape(message.title()) + "</h4>\n")
        .append("<p>" + Html.escape(message.text()) + "</p>\n");
    if (!message.next().isEmpty()) {
      body.append("<ul>\n");
      for (Message.Link link : message.next()) {
        body.append("<li><a href=\"" + Html.escape(link.href()) + "\">")
            .append(Html.escape(link.text()) + "</a></li>\n");
      }
      body.append("</ul>\n");
    }
    // The browser reloads the page as a navigation. If the user has lost the login, that leads
    // to the login or to a page that does not reload itself, such as ours with status 401: no
    // second request follows by itself, which could break a login in another tab.
    String again =
        message
            .retryAfter()
            .map(seconds -> "<meta http-equiv=\"refresh\" content=\"" + seconds + "\"/>\n")
            .orElse("");
    allowScripts(response);
    write(request, response, message, HTML, page(message.title(), again, body.toString(), links));
  }

  /** Writes the page that shows the running applications. */
  public void writeOverview(HttpServletRequest request, HttpServletResponse response, Links links)
      throws IOException {
    allowScripts(response);
    write(
        request,
        response,
        HttpServletResponse.SC_OK,
        HTML,
        page("Running now", "", RunningTable.html(links, RunningTable.Page.OVERVIEW), links));
  }

  /** Writes the log viewer of an application. */
  public void writeLogs(
      HttpServletRequest request,
      HttpServletResponse response,
      ApplicationId id,
      String name,
      Links links)
      throws IOException {
    allowScripts(response);
    write(
        request,
        response,
        HttpServletResponse.SC_OK,
        HTML,
        page(
            "Logs of " + (name.isEmpty() ? id.value() : name),
            stylesheet(Assets.link(links, "logs.css")),
            LogViewer.html(id, links),
            links));
  }

  private void allowScripts(HttpServletResponse response) {
    response.setHeader("Content-Security-Policy", POLICY + securityHeaders.frameAncestors());
  }

  /** A page with the header of the History Server's own pages. */
  private String page(String title, String meta, String body, Links links) {
    SparkTheme current = theme.get();
    String logo = Html.escape(links.sparkAsset(current.logo()));
    StringBuilder html = new StringBuilder(2048);
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
        .append(meta);
    if (current.hasDarkTheme()) {
      String script = Html.escape(Assets.link(links, "theme.js"));
      html.append("<script src=\"" + script + "\"></script>\n");
    }
    return html.append(stylesheet(links.sparkAsset("bootstrap.min.css")))
        .append(stylesheet(links.sparkAsset("webui.css")))
        .append(stylesheet(Assets.link(links, "live-history.css")))
        // Without an icon, a browser requests /favicon.ico, outside the prefix.
        .append("<link rel=\"shortcut icon\" href=\"" + logo + "\"/>\n")
        .append("<title>" + Html.escape(current.titleOf(title)) + "</title>\n</head>\n<body>\n")
        .append("<main class=\"container-fluid live-history-page\">\n")
        .append("<h3><a href=\"" + Html.escape(links.home()) + "\">")
        .append("<img class=\"spark-logo\" src=\"" + logo + "\" alt=\"Spark\" height=\"36\"/>")
        .append("<span class=\"version\">" + Html.escape(current.sparkVersion()) + "</span>")
        .append(" " + Html.escape(current.title()) + "</a></h3>\n")
        .append(body)
        .append("</main>\n</body>\n</html>\n")
        .toString();
  }

  /** Writes a message as JSON, for a program. */
  public void writeJson(HttpServletRequest request, HttpServletResponse response, Message message)
      throws IOException {
    JsonObject body = new JsonObject();
    body.addProperty("status", message.status());
    body.addProperty("error", message.title());
    body.addProperty("message", message.text());
    String text = new Gson().toJson(body) + "\n";
    write(request, response, message, JSON, text);
  }

  /** Writes JSON. */
  public void writeJson(
      HttpServletRequest request, HttpServletResponse response, int status, String body)
      throws IOException {
    write(request, response, status, JSON, body);
  }

  /** Writes JSON that many requests share; compressed if the client accepts that. */
  public void writeJson(HttpServletRequest request, HttpServletResponse response, GzippedText body)
      throws IOException {
    boolean compressed = GzippedText.acceptsGzip(request);
    response.addHeader("Vary", "Accept-Encoding");
    if (compressed) {
      response.setHeader("Content-Encoding", "gzip");
    }
    write(
        request,
        response,
        HttpServletResponse.SC_OK,
        JSON,
        compressed ? body.compressed() : body.plain());
  }

  /** Writes a text that is encoded already. */
  public void writeText(
      HttpServletRequest request, HttpServletResponse response, String type, byte[] body)
      throws IOException {
    write(request, response, HttpServletResponse.SC_OK, type, body);
  }

  /**
   * Writes a static file.
   *
   * @param immutable whether the content of this URL never changes; if it may, browsers revalidate
   *     the file each time
   */
  void writeFile(
      HttpServletRequest request,
      HttpServletResponse response,
      String type,
      byte[] content,
      boolean immutable)
      throws IOException {
    securityHeaders.set(request, response);
    response.setStatus(HttpServletResponse.SC_OK);
    response.setHeader("Cache-Control", immutable ? "max-age=31536000, immutable" : "no-cache");
    response.setContentType(type);
    response.setContentLength(content.length);
    response.getOutputStream().write(content);
  }

  /** Responds without a body. */
  public void writeNoContent(HttpServletRequest request, HttpServletResponse response) {
    securityHeaders.set(request, response);
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    response.setHeader("Cache-Control", "no-store");
  }

  /** Redirects to another path of this server temporarily. */
  public void redirect(HttpServletRequest request, HttpServletResponse response, String path) {
    securityHeaders.set(request, response);
    response.setStatus(HttpServletResponse.SC_FOUND);
    response.setHeader("Cache-Control", "no-store");
    Redirect.setLocation(response, path);
    response.setContentLength(0);
  }

  private static String stylesheet(String href) {
    return "<link rel=\"stylesheet\" href=\"" + Html.escape(href) + "\"/>\n";
  }

  private void write(
      HttpServletRequest request,
      HttpServletResponse response,
      Message message,
      String type,
      String body)
      throws IOException {
    message
        .retryAfter()
        .ifPresent(seconds -> response.setHeader("Retry-After", seconds.toString()));
    write(request, response, message.status(), type, body);
  }

  private void write(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      String type,
      String body)
      throws IOException {
    write(request, response, status, type, body.getBytes(StandardCharsets.UTF_8));
  }

  private void write(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      String type,
      byte[] bytes)
      throws IOException {
    securityHeaders.set(request, response);
    response.setStatus(status);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType(type);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
