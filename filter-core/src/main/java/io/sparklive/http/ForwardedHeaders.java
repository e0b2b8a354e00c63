package io.sparklive.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a proxy tells the server behind it of a request: who sent it, and how it was addressed. What
 * a proxy further in front has said of that is kept.
 */
public final class ForwardedHeaders {
  private static final String FOR = "x-forwarded-for";
  private static final String HOST = "x-forwarded-host";
  private static final String PROTO = "x-forwarded-proto";

  /**
   * The header with the path under which a Spark UI is served, which {@code UIUtils.scala} puts
   * before all of its links.
   */
  public static final String CONTEXT = "X-Forwarded-Context";

  private ForwardedHeaders() {}

  /**
   * A path for {@link #CONTEXT}. Spark also writes it into a script: in single quotes, and escaped
   * as HTML, which no script reads back. Percent-encoded, both characters are safe everywhere.
   */
  public static String context(String path) {
    return path.replace("'", "%27").replace("&", "%26");
  }

  /** The headers, by lower-case name. */
  public static Map<String, String> headers(HttpServletRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(
        FOR,
        Stream.concat(
                Collections.list(request.getHeaders(FOR)).stream(),
                Stream.of(request.getRemoteAddr()))
            .collect(Collectors.joining(", ")));
    if (request.getHeader(PROTO) == null) {
      headers.put(PROTO, scheme(request));
    }
    String host = request.getHeader("Host");
    if (request.getHeader(HOST) == null && host != null) {
      headers.put(HOST, host);
    }
    return headers;
  }

  /** The scheme that the browser sees, as far as anybody says. */
  public static String scheme(HttpServletRequest request) {
    String said = request.getHeader(PROTO);
    return said != null ? said : request.isSecure() ? "https" : "http";
  }
}
