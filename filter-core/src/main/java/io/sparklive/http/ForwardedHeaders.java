// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code X-Forwarded-*} headers: a proxy reports the sender of a request and its original
 * address to the server behind it. Values of a proxy further in front are kept.
 */
public final class ForwardedHeaders {
  private static final String FOR = "x-forwarded-for";
  private static final String HOST = "x-forwarded-host";
  private static final String PROTO = "x-forwarded-proto";

  /**
   * The header with the path of a Spark UI; {@code UIUtils.scala} adds the path to all of its
   * links.
   */
  public static final String CONTEXT = "X-Forwarded-Context";

  private ForwardedHeaders() {}

  /**
   * Encodes a path for {@link #CONTEXT}. Spark also writes the path into a script, in single quotes
   * and escaped as HTML, and no script decodes that. Percent-encoded, {@code '} and {@code &} are
   * safe everywhere.
   */
  public static String context(String path) {
    return path.replace("'", "%27").replace("&", "%26");
  }

  /** Returns the headers of the forwarded request, by lower-case name. */
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

  /** Returns the scheme in the browser, as the proxy in front reports it. */
  public static String scheme(HttpServletRequest request) {
    String reported = request.getHeader(PROTO);
    return reported != null ? reported : request.isSecure() ? "https" : "http";
  }
}
