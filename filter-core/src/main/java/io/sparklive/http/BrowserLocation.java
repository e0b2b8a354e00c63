package io.sparklive.http;

import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * The {@code Location} of a redirect as browsers read it (WHATWG URL Standard, section 4.4): {@code
 * %2e%2e} is a dot segment, a backslash is a slash, and tabs and line ends are ignored.
 */
public final class BrowserLocation {
  // WHATWG URL Standard, section 4.4, steps 1 and 3 of the basic URL parser.
  private static final Pattern IGNORED =
      Pattern.compile("^[\\x00-\\x20]+|[\\x00-\\x20]+$|[\\t\\n\\r]");

  private BrowserLocation() {}

  /**
   * The address that a browser requests.
   *
   * @param location the {@code Location}, absolute or relative
   * @param base the address of the request that was redirected
   * @return empty if the location is no HTTP address
   */
  public static Optional<HttpUrl> resolve(String location, String base) {
    return Optional.ofNullable(HttpUrl.get(base).resolve(IGNORED.matcher(location).replaceAll("")));
  }

  /** The end of an address from its query on. Browsers accept more there than RFC 3986 does. */
  public static String queryAndFragment(HttpUrl url) {
    return suffix('?', url.encodedQuery()) + suffix('#', url.encodedFragment());
  }

  private static String suffix(char mark, String text) {
    return text == null ? "" : mark + QueryEncoder.ofUri(text);
  }
}
