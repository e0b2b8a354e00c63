package io.sparklive.security;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request as it stood on the wire.
 *
 * @param body without its framing
 * @param whole whether the body had come to its end
 */
record WireRequest(
    String method,
    String target,
    String version,
    List<Header> headers,
    String body,
    boolean whole) {
  /**
   * One header line.
   *
   * @param name in lower case
   */
  record Header(String name, String value) {
    Header {
      name = name.toLowerCase(Locale.ROOT);
    }
  }

  List<String> values(String name) {
    return headers.stream().filter(one -> one.name().equals(name)).map(Header::value).toList();
  }

  Set<String> names() {
    return headers.stream().map(Header::name).collect(Collectors.toSet());
  }

  /** The target up to its query. */
  String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  @Override
  public String toString() {
    return method + " " + target + " " + headers + (whole ? " " : " cut off ") + body;
  }
}
