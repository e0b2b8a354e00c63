// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import java.util.Random;

/**
 * The input of one client: a request or two, each with some tricks.
 *
 * <p>The same random numbers give the same input.
 */
final class FuzzedRequests {
  private static final RequestFragments PIECES = RequestFragments.read();

  /** The ratio of plain parts of a request to tricks. */
  private static final int FAIR = 14;

  private static final int LONG = 10_000;

  private final String id;
  private final String host;
  private final Random random;

  /**
   * @param id an application that is live
   * @param host the server's host and port
   */
  FuzzedRequests(String id, String host, Random random) {
    this.id = id;
    this.host = host;
    this.random = random;
  }

  /** The input, as ISO 8859-1. */
  String input() {
    String words = (oneIn(40) ? "\r\n" : "") + request();
    return oneIn(4) ? words + request() : words;
  }

  private String request() {
    String space = isOdd() ? pick("odd space") : " ";
    String end = isOdd() ? pick("odd line end") : "\r\n";
    return method()
        + space
        + target()
        + space
        + (isOdd() ? pick("odd version") : "HTTP/1.1")
        + end
        + headers(end)
        + (oneIn(3) ? body() : "\r\n");
  }

  private String method() {
    if (!isOdd()) {
      return pick("method");
    }
    return oneIn(10) ? "GETX".repeat(random.nextInt(LONG / 4)) : pick("odd method");
  }

  private String target() {
    StringBuilder path =
        new StringBuilder(oneIn(6) ? pick("other path") : pick("base") + pick("page"));
    if (oneIn(3)) {
      for (int tricks = 1 + random.nextInt(2); tricks > 0; tricks--) {
        path.insert(position(path), pick("path trick"));
      }
    }
    if (oneIn(12) && !path.isEmpty()) {
      int position = random.nextInt(path.length());
      String percent = oneIn(3) ? "%25" : "%";
      path.replace(position, position + 1, percent + "%02x".formatted((int) path.charAt(position)));
    }
    if (oneIn(60)) {
      path.append("/long".repeat(random.nextInt(LONG / 5)));
    }
    path.append(isOdd() ? pick("odd query") : pick("query"));
    if (oneIn(60)) {
      path.append("?a=").append("long".repeat(random.nextInt(LONG / 4)));
    }
    return isOdd() ? pick("form") + path : path.toString();
  }

  /** Often at the end of a segment, where a trick has the most effect. */
  private int position(CharSequence path) {
    int position = random.nextInt(path.length() + 1);
    if (random.nextBoolean()) {
      while (position < path.length() && path.charAt(position) != '/') {
        position++;
      }
    }
    return position;
  }

  private String headers(String end) {
    StringBuilder headers = new StringBuilder();
    headers.append(isOdd() ? pick("odd host") : "Host: " + host + end);
    if (random.nextBoolean()) {
      headers
          .append("Connection: ")
          .append(isOdd() ? pick("odd connection") : pick("connection"))
          .append(end);
    }
    for (int left = random.nextInt(6); left > 0; left--) {
      headers.append(oneIn(8) ? pick("odd header") : pick("header")).append("\r\n");
    }
    if (oneIn(50)) {
      headers.append("User-Agent: ").append("long ".repeat(random.nextInt(LONG / 5))).append(end);
    }
    if (oneIn(50)) {
      headers.append("X-Tricked: y\r\n".repeat(random.nextInt(LONG / 20)));
    }
    return headers.toString();
  }

  /** The end of the headers, and the body. */
  private String body() {
    String body = pick("body");
    String type = oneIn(2) ? "Content-Type: application/x-www-form-urlencoded\r\n" : "";
    if (random.nextBoolean()) {
      String length = oneIn(3) ? pick("odd length") : "Content-Length: SIZE";
      return type + length.replace("SIZE", Integer.toString(body.length())) + "\r\n\r\n" + body;
    }
    String encoding = oneIn(3) ? pick("odd encoding") : "Transfer-Encoding: chunked";
    String chunks = oneIn(2) ? pick("odd chunks") : "HEX\r\nBODY\r\n0\r\n\r\n";
    return type
        + encoding.replace("SIZE", Integer.toString(body.length()))
        + "\r\n\r\n"
        + chunks.replace("HEX", Integer.toHexString(body.length())).replace("BODY", body);
  }

  private String pick(String kind) {
    return PIECES.pick(random, kind).replace("ID", id).replace("HOST", host);
  }

  private boolean isOdd() {
    return oneIn(FAIR + 1);
  }

  private boolean oneIn(int number) {
    return random.nextInt(number) == 0;
  }
}
