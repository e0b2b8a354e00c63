// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The types of the parameters about paths, headers and addresses in HTTP. */
final class HttpTypes {
  // RFC 6454, section 6.2, in the form that browsers send.
  private static final Pattern ORIGIN =
      Pattern.compile("https?://(?:[a-z0-9._-]+|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?");
  private static final Pattern COOKIE = Pattern.compile("[!#$%&'+.^_`|~0-9A-Za-z-]+");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_~-][A-Za-z0-9._~-]*");
  private static final Set<String> HISTORY_SERVER_PATHS =
      Set.of("api", "history", "home", "jobs", "json", "log", "logPage", "static");
  private static final Set<String> HTTP = Set.of("http", "https");
  private static final int LAST_PORT = 65_535;
  private static final String ALL = "*";

  static final ParameterType<String> BASE_PATH =
      ParameterType.of(
          "a path of plain segments (letters, digits, `.`, `_`, `~`, `-`) that the History Server"
              + " does not use itself, with no segment `history`, and `proxy` as the last one only",
          HttpTypes::parseBasePath);

  /** Names, or {@code *} alone for all. */
  static final ParameterType<Set<String>> COOKIES =
      ParameterType.of(
          "a comma list of cookie names, or `*`", text -> parseNamesOrAll(text, COOKIE));

  /** Origins, or {@code *} alone for all. */
  static final ParameterType<Set<String>> ORIGINS =
      ParameterType.of(
          "a comma list of origins such as `https://portal.example.org`, or `*`",
          text -> parseNamesOrAll(text, ORIGIN));

  /** An address without a slash at the end; empty if it is not set. */
  static final ParameterType<Optional<URI>> HISTORY_SERVER =
      ParameterType.of(
          "an address such as `http://spark-history:18080`, `http` or `https`, without user and"
              + " query",
          HttpTypes::parseHistoryServer);

  private HttpTypes() {}

  private static String parseBasePath(String base) {
    List<String> segments = List.of(base.replaceFirst("^/", "").split("/", -1));
    boolean isPlain = segments.stream().allMatch(segment -> PLAIN.matcher(segment).matches());
    if (!base.startsWith("/") || !isPlain || HISTORY_SERVER_PATHS.contains(segments.get(0))) {
      throw new InvalidValueException();
    }
    int proxy = segments.indexOf("proxy");
    if (segments.contains("history") || (proxy >= 0 && proxy < segments.size() - 1)) {
      throw new InvalidValueException(
          "cannot work: the scripts of Spark's pages read the segment after \"%s\" as the id of"
                  .formatted(segments.contains("history") ? "history" : "proxy")
              + " the application");
    }
    return base;
  }

  private static Set<String> parseNamesOrAll(String text, Pattern name) {
    List<String> names = ParameterType.entries(text);
    if (!names.equals(List.of(ALL)) && !names.stream().allMatch(n -> name.matcher(n).matches())) {
      throw new InvalidValueException();
    }
    return Set.copyOf(names);
  }

  private static Optional<URI> parseHistoryServer(String text) {
    if (ParameterType.entries(text).isEmpty()) {
      return Optional.empty();
    }
    try {
      URI url = new URI(text.replaceFirst("/+$", ""));
      if (isHistoryServer(url)) {
        return Optional.of(url);
      }
    } catch (URISyntaxException e) {
      throw new InvalidValueException();
    }
    throw new InvalidValueException();
  }

  private static boolean isHistoryServer(URI url) {
    return HTTP.contains(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT))
        && url.getHost() != null
        && url.getPort() <= LAST_PORT
        && url.getRawUserInfo() == null
        && url.getRawQuery() == null
        && url.getRawFragment() == null;
  }
}
