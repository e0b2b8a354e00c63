package io.sparklive.listing;

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

/**
 * The History Server's home page when it has nothing to list itself, but we have: the table that
 * its script fills comes in the place of "No incomplete applications found!".
 *
 * <p>The page is held until it is whole. It has the same few kilobytes however many applications
 * there are, as its script fetches the list.
 */
final class HomePage extends RewrittenResponse {
  private static final Pattern MODULES =
      Pattern.compile("<script type=\"module\" src=\"[^\"]*/static/historypage-common\\.js\"");
  private static final Pattern NONCE = Pattern.compile("<script nonce=\"([A-Za-z0-9+/=_-]+)\"");

  private final Links links;
  private final Pattern nothing;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream(8192);
  private final PrintWriter writer =
      new PrintWriter(new OutputStreamWriter(held, StandardCharsets.UTF_8));

  HomePage(HttpServletResponse response, Links links, boolean incomplete) {
    super(response);
    this.links = links;
    this.nothing =
        Pattern.compile(
            "<h4>No "
                + (incomplete ? "incomplete" : "completed")
                + " applications found!</h4>"
                // Where there are none, Spark says below how to set up event logs.
                + (incomplete ? "" : "(\\s*<p>.*?</p>)?"),
            Pattern.DOTALL);
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return new Held();
  }

  @Override
  public PrintWriter getWriter() {
    return writer;
  }

  @Override
  public void flushBuffer() {
    // Nothing goes out before the page is whole.
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

  /** To be called when the History Server has returned: sends the page. */
  void finish() throws IOException {
    writer.flush();
    if (isCommitted()) {
      return;
    }
    byte[] page = isHtml() ? withTable(held.toByteArray()) : held.toByteArray();
    getResponse().setContentLength(page.length);
    getResponse().getOutputStream().write(page);
  }

  private boolean isHtml() {
    String type = getContentType();
    return getStatus() == HttpServletResponse.SC_OK
        && type != null
        && type.toLowerCase(Locale.ROOT).startsWith("text/html");
  }

  private byte[] withTable(byte[] page) {
    String html = new String(page, StandardCharsets.UTF_8);
    Matcher place = nothing.matcher(html);
    if (!place.find()) {
      return page;
    }
    String table = MODULES.matcher(html).find() ? moduleTable(html) : classicTable();
    return place.replaceFirst(Matcher.quoteReplacement(table)).getBytes(StandardCharsets.UTF_8);
  }

  // As HistoryPage.scala renders it up to 3.5.
  private String classicTable() {
    return "<script src=\"%s\"></script><div id=\"history-summary\"></div>"
            .formatted(links.sparkAsset("dataTables.rowsGroup.js"))
        + "<script src=\"%s\"></script><script>setAppLimit(%d)</script>"
            .formatted(links.sparkAsset("historypage.js"), ListQuery.UNLIMITED);
  }

  // As HistoryPage.scala renders it from 4.0; the nonce is there from 4.2.
  private String moduleTable(String html) {
    Matcher nonce = NONCE.matcher(html);
    return "<script src=\"%s\"></script><script type=\"module\" src=\"%s\"></script>"
            .formatted(
                links.sparkAsset("dataTables.rowsGroup.js"), links.sparkAsset("historypage.js"))
        + "<script type=\"module\"%s>\nimport {setAppLimit} from \"%s\";\n\nsetAppLimit(%d);\n"
            .formatted(
                nonce.find() ? " nonce=\"" + nonce.group(1) + "\"" : "",
                links.sparkAsset("historypage.js"),
                ListQuery.UNLIMITED)
        + "</script><div id=\"history-summary\"></div>";
  }

  /** What the History Server writes as bytes is held as well. */
  private final class Held extends ServletOutputStream {
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
