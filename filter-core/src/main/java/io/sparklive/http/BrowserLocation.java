// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the {@code Location} of a redirect as browsers do (WHATWG URL Standard, section 4.4).
 * There {@code %2e%2e} is a dot segment, a backslash is a slash, and tabs and line ends are
 * ignored.
 */
public final class BrowserLocation {
  // WHATWG URL Standard, section 4.4, steps 1 and 3 of the basic URL parser.
  private static final Pattern IGNORED =
      Pattern.compile("^[\\x00-\\x20]+|[\\x00-\\x20]+$|[\\t\\n\\r]");

  private BrowserLocation() {}

  /**
   * Returns the address that a browser requests next.
   *
   * @param location the {@code Location}, absolute or relative
   * @param base the address of the request that was redirected
   * @return empty if the location is no HTTP address
   */
  public static Optional<HttpUrl> resolve(String location, String base) {
    return Optional.ofNullable(HttpUrl.get(base).resolve(IGNORED.matcher(location).replaceAll("")));
  }

  /**
   * Returns the end of an address from its query on, encoded as RFC 3986 requires. Browsers accept
   * more characters there.
   */
  public static String queryAndFragment(HttpUrl url) {
    return suffix('?', url.encodedQuery()) + suffix('#', url.encodedFragment());
  }

  private static String suffix(char mark, @Nullable String text) {
    return text == null ? "" : mark + QueryEncoder.encode(text);
  }
}
