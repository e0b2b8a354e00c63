// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.relay;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An HTTP request as it was sent. Immutable.
 *
 * @param body without its framing, as ISO 8859-1
 * @param whole whether the body is complete
 */
public record RecordedRequest(
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
  public record Header(String name, String value) {
    /** Turns the name to lower case. */
    public Header {
      name = name.toLowerCase(Locale.ROOT);
    }
  }

  /** The values of all headers of this name, which is in lower case. */
  public List<String> values(String name) {
    return headers.stream().filter(one -> one.name().equals(name)).map(Header::value).toList();
  }

  /** The names of all headers, in lower case. */
  public Set<String> names() {
    return headers.stream().map(Header::name).collect(Collectors.toSet());
  }

  /** The target without its query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  @Override
  public String toString() {
    return method + " " + target + " " + headers + (whole ? " " : " cut off ") + body;
  }
}
