package io.sparklive.proxy;

import io.sparklive.pages.Assets;
import io.sparklive.pages.Html;
import io.sparklive.routing.Links;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The way back from a live UI to the list: a script of ours, as the first thing in the head of each
 * of the driver's pages, adds a link to their menu.
 *
 * <p>What is not asked for as a page passes as it came. A page streams: only its first part is
 * looked at, in which every page of Spark's has its head.
 */
final class WayBack {
  private static final byte[] HEAD = "<head>".getBytes(StandardCharsets.US_ASCII);
  // Spark's heads begin within the first hundred bytes.
  private static final int FARTHEST = 1024;

  private WayBack() {}

  /** Whether a person's browser asks for a page here. */
  static boolean isWanted(HttpServletRequest request, Destination destination) {
    String accept = request.getHeader(HttpHeader.ACCEPT.asString());
    return request.getMethod().equals("GET")
        && !destination.isStatic()
        && !destination.path().startsWith("/api/")
        && accept != null
        && accept.contains("text/html");
  }

  /** Whether this answer gets the script, and so another length. */
  static boolean isInto(HttpServletRequest request, Destination destination, Response answer) {
    HttpField type = answer.getHeaders().getField(HttpHeader.CONTENT_TYPE);
    return isWanted(request, destination)
        && answer.getStatus() == HttpStatus.OK_200
        && type != null
        && type.getValue().toLowerCase(Locale.ROOT).startsWith("text/html")
        && !answer.getHeaders().contains(HttpHeader.CONTENT_ENCODING);
  }

  /** Writes the first part of such an answer, with the script in it. */
  static void write(byte[] buffer, int offset, int length, Links links, OutputStream page)
      throws IOException {
    int end = endOfHeadTag(buffer, offset, length);
    if (end > offset) {
      page.write(buffer, offset, end - offset);
      page.write(script(links));
    }
    page.write(buffer, end, offset + length - end);
  }

  private static byte[] script(Links links) {
    return "<script src=\"%s\" data-live-history-home=\"%s\" defer></script>"
        .formatted(Html.text(Assets.link(links, "way-back.js")), links.fromAssetToHome())
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Where the head begins; the very beginning where there is none. */
  private static int endOfHeadTag(byte[] buffer, int offset, int length) {
    int last = offset + Math.min(length, FARTHEST) - HEAD.length;
    for (int i = offset; i <= last; i++) {
      if (Arrays.equals(buffer, i, i + HEAD.length, HEAD, 0, HEAD.length)) {
        return i + HEAD.length;
      }
    }
    return offset;
  }
}
