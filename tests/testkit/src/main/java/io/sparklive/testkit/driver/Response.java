// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.driver;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;

/** A complete HTTP response. Immutable. */
public final class Response {
  /** The page that Spark's server sends for every path before the UI is up. */
  public static final Response STARTING_UP =
      of(
          200,
          "<html>Spark is starting up. Please wait a while</html>",
          "Content-Type",
          "text/html;charset=utf-8");

  private final int status;
  private final byte[] body;
  private final List<String> headers;

  private Response(int status, byte[] body, List<String> headers) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  /**
   * A response with a text, sent in UTF-8.
   *
   * @param headers names and values in turn, sent in this order; {@code Content-Length} is added if
   *     it is missing
   */
  public static Response of(int status, String body, String... headers) {
    return of(status, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** A response with these bytes as its body. */
  public static Response of(int status, byte[] body, String... headers) {
    return new Response(status, body.clone(), List.of(headers));
  }

  /** A successful response in JSON. */
  public static Response json(String body) {
    return of(200, body, "Content-Type", "application/json");
  }

  /** Whether the connection is closed after it. */
  boolean closesConnection() {
    return hasHeader("Connection");
  }

  /**
   * The response as it is sent.
   *
   * @param toHead whether the request was HEAD: then the body is missing, but not its length
   * @param closing whether to announce that the connection is closed after it
   */
  byte[] bytes(boolean toHead, boolean closing) {
    StringBuilder head = new StringBuilder(200);
    head.append("HTTP/1.1 ").append(status).append(' ');
    head.append(HttpStatus.getMessage(status)).append("\r\n");
    for (int i = 0; i < headers.size(); i += 2) {
      head.append(headers.get(i)).append(": ").append(headers.get(i + 1)).append("\r\n");
    }
    boolean mayHaveBody = status != 204 && status != 304;
    if (mayHaveBody && !hasHeader("Content-Length")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    if (closing && !closesConnection()) {
      head.append("Connection: close\r\n");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(head.length() + body.length + 2);
    bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    if (mayHaveBody && !toHead) {
      bytes.writeBytes(body);
    }
    return bytes.toByteArray();
  }

  private boolean hasHeader(String name) {
    for (int i = 0; i < headers.size(); i += 2) {
      if (headers.get(i).equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }
}
