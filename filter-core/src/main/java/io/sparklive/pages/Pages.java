package io.sparklive.pages;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
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
 * Writes messages, as a page or as JSON. Every answer forbids caching, sniffing and framing by
 * others, as Spark's do.
 */
public final class Pages {
  private static final String HTML = "text/html;charset=utf-8";
  private static final String JSON = "application/json;charset=utf-8";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";

  private final Supplier<SparkTheme> look;
  private final SecurityHeaders securityHeaders;

  /**
   * @param look that of the History Server's own pages, as far as it is known by now
   * @param securityHeaders those of its own answers
   */
  public Pages(Supplier<SparkTheme> look, SecurityHeaders securityHeaders) {
    this.look = look;
    this.securityHeaders = securityHeaders;
  }

  /** Writes a message for people. */
  public void html(
      HttpServletRequest request, HttpServletResponse response, Message message, Links links)
      throws IOException {
    StringBuilder body = new StringBuilder(1024);
    body.append("<h4>" + Html.text(message.title()) + "</h4>\n")
        .append("<p>" + Html.text(message.text()) + "</p>\n");
    if (!message.next().isEmpty()) {
      body.append("<ul>\n");
      for (Message.Link link : message.next()) {
        body.append("<li><a href=\"" + Html.text(link.href()) + "\">")
            .append(Html.text(link.text()) + "</a></li>\n");
      }
      body.append("</ul>\n");
    }
    // The browser loads the page anew as a navigation. If the user has lost the login, that leads
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

  /** Writes the page that shows what is running now. */
  public void overview(HttpServletRequest request, HttpServletResponse response, Links links)
      throws IOException {
    allowScripts(response);
    write(
        request,
        response,
        HttpServletResponse.SC_OK,
        HTML,
        page("Running now", "", RunningTable.html(links, RunningTable.Place.OVERVIEW), links));
  }

  private void allowScripts(HttpServletResponse response) {
    response.setHeader("Content-Security-Policy", POLICY + securityHeaders.frameAncestors());
  }

  /** A page with the head of the History Server's own. */
  private String page(String title, String meta, String body, Links links) {
    SparkTheme look = this.look.get();
    String logo = Html.text(links.sparkAsset(look.logo()));
    StringBuilder html = new StringBuilder(2048);
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
        .append(meta);
    if (look.hasDarkTheme()) {
      String theme = Html.text(Assets.link(links, "theme.js"));
      html.append("<script src=\"" + theme + "\"></script>\n");
    }
    return html.append(stylesheet(links.sparkAsset("bootstrap.min.css")))
        .append(stylesheet(links.sparkAsset("webui.css")))
        .append(stylesheet(Assets.link(links, "live-history.css")))
        // Without one, a browser asks for /favicon.ico, outside the prefix.
        .append("<link rel=\"shortcut icon\" href=\"" + logo + "\"/>\n")
        .append("<title>" + Html.text(look.titleOf(title)) + "</title>\n</head>\n<body>\n")
        .append("<main class=\"container-fluid live-history-page\">\n")
        .append("<h3><a href=\"" + Html.text(links.home()) + "\">")
        .append("<img class=\"spark-logo\" src=\"" + logo + "\" alt=\"Spark\" height=\"36\"/>")
        .append("<span class=\"version\">" + Html.text(look.sparkVersion()) + "</span>")
        .append(" " + Html.text(look.title()) + "</a></h3>\n")
        .append(body)
        .append("</main>\n</body>\n</html>\n")
        .toString();
  }

  /** Writes the same for a program. */
  public void json(HttpServletRequest request, HttpServletResponse response, Message message)
      throws IOException {
    JsonObject body = new JsonObject();
    body.addProperty("status", message.status());
    body.addProperty("error", message.title());
    body.addProperty("message", message.text());
    String text = new Gson().toJson(body) + "\n";
    write(request, response, message, JSON, text);
  }

  /** Writes any JSON of ours. */
  public void json(
      HttpServletRequest request, HttpServletResponse response, int status, String body)
      throws IOException {
    write(request, response, status, JSON, body);
  }

  /** Writes any JSON of ours that goes out to many. */
  public void json(HttpServletRequest request, HttpServletResponse response, GzippedText body)
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

  /** Writes any text of ours, as bytes already. */
  public void text(
      HttpServletRequest request, HttpServletResponse response, String type, byte[] body)
      throws IOException {
    write(request, response, HttpServletResponse.SC_OK, type, body);
  }

  /**
   * Writes a static file.
   *
   * @param forEver whether it never changes where it was asked for; else it is to be asked for
   *     again each time
   */
  void file(
      HttpServletRequest request,
      HttpServletResponse response,
      String type,
      byte[] content,
      boolean forEver)
      throws IOException {
    securityHeaders.set(request, response);
    response.setStatus(HttpServletResponse.SC_OK);
    response.setHeader("Cache-Control", forEver ? "max-age=31536000, immutable" : "no-cache");
    response.setContentType(type);
    response.setContentLength(content.length);
    response.getOutputStream().write(content);
  }

  /** Answers without a body. */
  public void nothing(HttpServletRequest request, HttpServletResponse response) {
    securityHeaders.set(request, response);
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    response.setHeader("Cache-Control", "no-store");
  }

  /** Redirects to another path of this server, for this time only. */
  public void redirect(HttpServletRequest request, HttpServletResponse response, String path) {
    securityHeaders.set(request, response);
    response.setStatus(HttpServletResponse.SC_FOUND);
    response.setHeader("Cache-Control", "no-store");
    Redirect.setLocation(response, path);
    response.setContentLength(0);
  }

  private static String stylesheet(String href) {
    return "<link rel=\"stylesheet\" href=\"" + Html.text(href) + "\"/>\n";
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
