// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Describes for the log the sender of a request that the History Server has admitted. The name of
 * the user is not available: only the History Server's own filter can read a session cookie, and
 * any client can send a header with a name.
 */
final class AdmittedSender {
  private static final Pattern BASIC =
      Pattern.compile("Basic +([A-Za-z0-9+/]{1,1000}={0,2}) *", Pattern.CASE_INSENSITIVE);
  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Za-z.:_%\\[\\]-]{1,64}");
  private static final int MAX_ADDRESSES = 5;
  private static final int MAX_NAME_LENGTH = 128;

  private AdmittedSender() {}

  /**
   * Describes the sender, with the addresses on the path of the request.
   *
   * @param isOpen whether the History Server admits every request
   */
  static String describe(HttpServletRequest request, boolean isOpen) {
    String from = ", from " + addresses(request);
    if (isOpen) {
      return "a user (the History Server requires no login)" + from;
    }
    return basicUser(request)
            .map(user -> "\"" + user + "\" (Basic credentials that the History Server admitted)")
            .orElse("a user admitted by the History Server")
        + from;
  }

  /**
   * The user in Basic credentials (RFC 7617, section 2). It is empty if the request has cookies:
   * the History Server may have admitted it for those.
   */
  private static Optional<String> basicUser(HttpServletRequest request) {
    List<String> headers = Collections.list(request.getHeaders("Authorization"));
    if (headers.size() != 1 || request.getHeaders("Cookie").hasMoreElements()) {
      return Optional.empty();
    }
    Matcher basic = BASIC.matcher(headers.get(0));
    if (!basic.matches()) {
      return Optional.empty();
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(basic.group(1));
      String user = new String(decoded, StandardCharsets.UTF_8).split(":", 2)[0];
      return Optional.of(user.substring(0, Math.min(user.length(), MAX_NAME_LENGTH)))
          .filter(name -> !name.isEmpty());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The addresses in X-Forwarded-For, which are not verified, then that of the connection. */
  private static String addresses(HttpServletRequest request) {
    List<String> all =
        Stream.concat(
                Collections.list(request.getHeaders("X-Forwarded-For")).stream()
                    .flatMap(header -> Stream.of(header.split(",", -1)))
                    .map(String::strip)
                    .filter(address -> ADDRESS.matcher(address).matches()),
                Stream.of(request.getRemoteAddr()))
            .toList();
    return all.stream()
        .skip(Math.max(0, all.size() - MAX_ADDRESSES))
        .collect(Collectors.joining(", "));
  }
}
