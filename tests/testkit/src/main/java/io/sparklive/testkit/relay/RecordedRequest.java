package io.sparklive.testkit.relay;

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

  /** What headers of that name say, in lower case. */
  public List<String> values(String name) {
    return headers.stream().filter(one -> one.name().equals(name)).map(Header::value).toList();
  }

  public Set<String> names() {
    return headers.stream().map(Header::name).collect(Collectors.toSet());
  }

  /** The target up to its query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  @Override
  public String toString() {
    return method + " " + target + " " + headers + (whole ? " " : " cut off ") + body;
  }
}
