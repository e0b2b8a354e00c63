// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import io.sparklive.pages.Html;
import io.sparklive.pages.RunningTable;
import io.sparklive.routing.Links;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Response wrapper for the History Server's home page: inserts the table of running applications
 * before the page's own content. If only the filter has applications to list, the wrapper replaces
 * "No incomplete applications found!" by the table that the page's script fills.
 *
 * <p>The wrapper buffers the page until it is complete. The page has a few kilobytes for any number
 * of applications, as its script fetches the list.
 */
final class HomePage extends BodyRewritingResponse {
  private static final Logger LOG = LoggerFactory.getLogger(HomePage.class);
  // The page's own content begins with this script; it is a module from Spark 4.0 on.
  private static final String CONTENT_FILE = "/static/historypage-common.js\"";
  private static final Pattern CONTENT = Pattern.compile("<script( type=\"module\")? src=\"[^\"]*");
  private static final Pattern NONCE = Pattern.compile("<script nonce=\"([A-Za-z0-9+/=_-]+)\"");

  private static final int USUAL_LENGTH = 16 * 1024;

  private final Links links;
  private final @Nullable Table table;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(USUAL_LENGTH);
  private final PrintWriter writer =
      new PrintWriter(new OutputStreamWriter(buffer, StandardCharsets.UTF_8));

  /**
   * @param table the table to insert if the History Server lists no application; null if the filter
   *     has none to add either
   */
  HomePage(HttpServletResponse response, Links links, @Nullable Table table) {
    super(response);
    this.links = links;
    this.table = table;
  }

  /** The kind of applications that the page lists. */
  enum Table {
    // If there are none, Spark's page explains below this line how to set up event logs.
    COMPLETED("<h4>No completed applications found!</h4>(\\s*<p>.*?</p>)?"),
    INCOMPLETE("<h4>No incomplete applications found!</h4>");

    private final Pattern emptyText;

    Table(String emptyText) {
      this.emptyText = Pattern.compile(emptyText, Pattern.DOTALL);
    }
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return new BufferedOutput();
  }

  @Override
  public PrintWriter getWriter() {
    return writer;
  }

  @Override
  public void flushBuffer() {
    // The filter sends nothing before the page is complete.
  }

  @Override
  public void resetBuffer() {
    writer.flush();
    buffer.reset();
    super.resetBuffer();
  }

  @Override
  public void reset() {
    writer.flush();
    buffer.reset();
    super.reset();
  }

  /** Sends the page. The caller calls this after the History Server has returned. */
  void finish() throws IOException {
    writer.flush();
    if (isCommitted()) {
      return;
    }
    byte[] page = isHtml() ? originalOnFailure(buffer.toByteArray()) : buffer.toByteArray();
    getResponse().setContentLength(page.length);
    getResponse().getOutputStream().write(page);
  }

  private boolean isHtml() {
    String type = getContentType();
    return getStatus() == HttpServletResponse.SC_OK
        && type != null
        && type.toLowerCase(Locale.ROOT).startsWith("text/html");
  }

  /** A failure of the filter must never cost the History Server its own page. */
  private byte[] originalOnFailure(byte[] page) {
    try {
      return withApplications(page);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn(
          "Home page of the History Server sent without running applications: the insertion"
              + " failed",
          e);
      return page;
    }
  }

  private byte[] withApplications(byte[] page) {
    String html = new String(page, StandardCharsets.UTF_8);
    int file = html.indexOf(CONTENT_FILE);
    int start = html.lastIndexOf("<script", file);
    if (start < 0) {
      return page;
    }
    Matcher content = CONTENT.matcher(html).region(start, file);
    if (!content.matches()) {
      return page;
    }
    boolean isModule = content.group(1) != null;
    String rest = html.substring(start);
    String shown =
        table == null
            ? rest
            : table.emptyText.matcher(rest).replaceFirst(any -> table(isModule, html));
    return (html.substring(0, start) + RunningTable.html(links, RunningTable.Page.HOME) + shown)
        .getBytes(StandardCharsets.UTF_8);
  }

  private String table(boolean isModule, String html) {
    return Matcher.quoteReplacement(isModule ? moduleTable(html) : classicTable());
  }

  // As HistoryPage.scala renders it up to 3.5.
  private String classicTable() {
    return "<script src=\"%s\"></script><div id=\"history-summary\"></div>"
            .formatted(source("dataTables.rowsGroup.js"))
        + "<script src=\"%s\"></script><script>setAppLimit(%d)</script>"
            .formatted(source("historypage.js"), ListQuery.UNLIMITED);
  }

  // As HistoryPage.scala renders it from 4.0 on, with a nonce from 4.2 on.
  private String moduleTable(String html) {
    Matcher nonce = NONCE.matcher(html);
    return "<script src=\"%s\"></script><script type=\"module\" src=\"%s\"></script>"
            .formatted(source("dataTables.rowsGroup.js"), source("historypage.js"))
        + "<script type=\"module\"%s>\nimport {setAppLimit} from \"%s\";\n\nsetAppLimit(%d);\n"
            .formatted(
                nonce.find() ? " nonce=\"" + nonce.group(1) + "\"" : "",
                // A script has no entities; a prefix has no quotation mark.
                links.sparkAsset("historypage.js"),
                ListQuery.UNLIMITED)
        + "</script><div id=\"history-summary\"></div>";
  }

  private String source(String name) {
    return Html.escape(links.sparkAsset(name));
  }

  /** Buffers the bytes that the History Server writes. */
  private final class BufferedOutput extends ServletOutputStream {
    @Override
    public void write(int b) {
      buffer.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      buffer.write(bytes, offset, length);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new UnsupportedOperationException("the home page is written as it is rendered");
    }
  }
}
