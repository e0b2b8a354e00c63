// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A response as a client receives it. Immutable. */
public final class Reply {
  private final int status;
  private final List<Map.Entry<String, String>> headers;
  private final byte[] body;
  private final boolean whole;

  Reply(int status, List<Map.Entry<String, String>> headers, byte[] body, boolean whole) {
    this.status = status;
    this.headers = List.copyOf(headers);
    this.body = body.clone();
    this.whole = whole;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** Names and values, in their order. */
  public List<Map.Entry<String, String>> headers() {
    return headers;
  }

  /** The body without the framing of chunks; only the received part if it is truncated. */
  public byte[] body() {
    return body.clone();
  }

  /** Whether the response is complete: false if the connection ended within it. */
  public boolean whole() {
    return whole;
  }

  /** The first header of this name. */
  public Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  /** Every header of this name. */
  public List<String> headers(String name) {
    return headers.stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The target of the redirect. */
  public String location() {
    return header("Location").orElse("nowhere");
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return status + " " + headers + (whole ? " " : " truncated: ") + text();
  }
}
