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
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The History Server's home page, with the running applications before its own content. If the
 * History Server lists no application itself, but the filter does, the page gets the table that its
 * script fills, in the place of "No incomplete applications found!".
 *
 * <p>The filter buffers the page until it is complete. It has the same few kilobytes however many
 * applications there are, as its script fetches the list.
 */
final class HomePage extends BodyRewritingResponse {
  private static final Logger LOG = LoggerFactory.getLogger(HomePage.class);
  // The page's own content begins with this script; it is a module from Spark 4.0 on.
  private static final String CONTENT_FILE = "/static/historypage-common.js\"";
  private static final Pattern CONTENT = Pattern.compile("<script( type=\"module\")? src=\"[^\"]*");
  private static final Pattern NONCE = Pattern.compile("<script nonce=\"([A-Za-z0-9+/=_-]+)\"");

  private static final int USUAL_LENGTH = 16 * 1024;

  private final Links links;
  private final Optional<Table> table;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream(USUAL_LENGTH);
  private final PrintWriter writer =
      new PrintWriter(new OutputStreamWriter(held, StandardCharsets.UTF_8));

  /**
   * @param table the table that the page needs, even if the History Server lists no application
   */
  HomePage(HttpServletResponse response, Links links, Optional<Table> table) {
    super(response);
    this.links = links;
    this.table = table;
  }

  /** Which applications the page lists. */
  enum Table {
    // If there are none, Spark explains below how to set up event logs.
    COMPLETED("<h4>No completed applications found!</h4>(\\s*<p>.*?</p>)?"),
    INCOMPLETE("<h4>No incomplete applications found!</h4>");

    private final Pattern nothing;

    Table(String nothing) {
      this.nothing = Pattern.compile(nothing, Pattern.DOTALL);
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
    held.reset();
    super.resetBuffer();
  }

  @Override
  public void reset() {
    writer.flush();
    held.reset();
    super.reset();
  }

  /** Sends the page. The caller calls this after the History Server has returned. */
  void finish() throws IOException {
    writer.flush();
    if (isCommitted()) {
      return;
    }
    byte[] page = isHtml() ? unlessItFails(held.toByteArray()) : held.toByteArray();
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
  private byte[] unlessItFails(byte[] page) {
    try {
      return changed(page);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The History Server's home page goes out without what is running", e);
      return page;
    }
  }

  private byte[] changed(byte[] page) {
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
        table
            .map(kind -> kind.nothing.matcher(rest))
            .map(nothing -> nothing.replaceFirst(any -> table(isModule, html)))
            .orElse(rest);
    return (html.substring(0, start) + RunningTable.html(links, RunningTable.Place.HOME) + shown)
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
    return Html.text(links.sparkAsset(name));
  }

  /** Buffers the bytes that the History Server writes. */
  private final class BufferedOutput extends ServletOutputStream {
    @Override
    public void write(int b) {
      held.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      held.write(bytes, offset, length);
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
