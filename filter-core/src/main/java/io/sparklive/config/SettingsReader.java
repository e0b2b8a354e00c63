package io.sparklive.config;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads every parameter. */
final class SettingsReader {
  // RFC 6454, section 6.2, as browsers write it.
  private static final Pattern ORIGIN =
      Pattern.compile("https?://(?:[a-z0-9._-]+|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?");
  private static final Pattern COOKIE = Pattern.compile("[!#$%&'+.^_`|~0-9A-Za-z-]+");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_~-][A-Za-z0-9._~-]*");
  private static final Set<String> HISTORY_SERVER_PATHS =
      Set.of("api", "history", "home", "jobs", "json", "log", "logPage", "static");

  private static final Set<String> HTTP = Set.of("http", "https");
  private static final int LAST_PORT = 65_535;

  private final ParameterValues values;
  private final DiscoveryReader discovery;

  SettingsReader(ParameterValues values, boolean inPod) {
    this.values = values;
    this.discovery = new DiscoveryReader(values, inPod);
  }

  Settings read() {
    return new Settings(
        discovery.kubernetes(),
        discovery.clientMode(),
        discovery.drivers(),
        values.duration(Parameter.DRIVERS_REFRESH, Duration.ofMillis(100), Duration.ofHours(1)),
        proxyBase(),
        requireUser(),
        values.isTrue(Parameter.KILL_ENABLED),
        new ForwardedCredentials(cookies(), values.isTrue(Parameter.FORWARD_AUTHORIZATION)),
        driverTrustStore(),
        origins(),
        values.duration(Parameter.CONNECT_TIMEOUT, Duration.ofMillis(10), Duration.ofHours(1)),
        values.duration(Parameter.RESPONSE_TIMEOUT, Duration.ofMillis(10), Duration.ofHours(1)),
        values.number(Parameter.MAX_CONNECTIONS_PER_DRIVER, 1, 1000),
        values.duration(Parameter.HANDOFF_TIMEOUT, Duration.ofSeconds(1), Duration.ofDays(24)),
        historyUrl());
  }

  /** The address without a slash at its end. */
  private Optional<URI> historyUrl() {
    if (values.list(Parameter.HISTORY_URL).isEmpty()) {
      return Optional.empty();
    }
    try {
      URI url = new URI(values.text(Parameter.HISTORY_URL).replaceFirst("/+$", ""));
      if (isOfHistoryServer(url)) {
        return Optional.of(url);
      }
    } catch (URISyntaxException e) {
      throw values.refused(Parameter.HISTORY_URL);
    }
    throw values.refused(Parameter.HISTORY_URL);
  }

  private static boolean isOfHistoryServer(URI url) {
    return HTTP.contains(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT))
        && url.getHost() != null
        && url.getPort() <= LAST_PORT
        && url.getRawUserInfo() == null
        && url.getRawQuery() == null
        && url.getRawFragment() == null;
  }

  private Optional<Boolean> requireUser() {
    String choice = values.choice(Parameter.REQUIRE_USER, ParameterValues.AUTO, "true", "false");
    return choice.equals(ParameterValues.AUTO)
        ? Optional.empty()
        : Optional.of(Boolean.valueOf(choice));
  }

  private Optional<KeyStore> driverTrustStore() {
    String password = values.given(Parameter.DRIVER_TRUST_STORE_PASSWORD);
    if (values.isDefault(Parameter.DRIVER_TRUST_STORE)) {
      if (!password.isEmpty() && !password.equals(ParameterValues.NONE)) {
        throw values.refused(
            Parameter.DRIVER_TRUST_STORE_PASSWORD, "needs driverTrustStore, which is not set");
      }
      return Optional.empty();
    }
    try {
      return Optional.of(
          TrustStores.read(Path.of(values.text(Parameter.DRIVER_TRUST_STORE)), password));
    } catch (InvalidPathException | IOException | GeneralSecurityException e) {
      throw values.refused(
          Parameter.DRIVER_TRUST_STORE, "cannot be read (%s)".formatted(e.getMessage()));
    }
  }

  private Set<String> origins() {
    List<String> origins = values.list(Parameter.CORS_ALLOWED_ORIGINS);
    boolean all = origins.equals(List.of("*"));
    if (!all && !origins.stream().allMatch(origin -> ORIGIN.matcher(origin).matches())) {
      throw values.refused(Parameter.CORS_ALLOWED_ORIGINS);
    }
    return Set.copyOf(origins);
  }

  private String proxyBase() {
    String base = values.text(Parameter.PROXY_BASE);
    List<String> segments = List.of(base.replaceFirst("^/", "").split("/", -1));
    boolean isPlain = segments.stream().allMatch(segment -> PLAIN.matcher(segment).matches());
    if (!base.startsWith("/") || !isPlain || HISTORY_SERVER_PATHS.contains(segments.get(0))) {
      throw values.refused(Parameter.PROXY_BASE);
    }
    int proxy = segments.indexOf("proxy");
    if (segments.contains("history") || (proxy >= 0 && proxy < segments.size() - 1)) {
      throw values.refused(
          Parameter.PROXY_BASE,
          "cannot work: the scripts of Spark's pages read the segment after \"%s\" as the id of"
                  .formatted(segments.contains("history") ? "history" : "proxy")
              + " the application");
    }
    return base;
  }

  private Set<String> cookies() {
    List<String> names = values.list(Parameter.FORWARD_COOKIES);
    if (names.equals(List.of("*"))) {
      return Set.of("*");
    }
    if (!names.stream().allMatch(name -> COOKIE.matcher(name).matches())) {
      throw values.refused(Parameter.FORWARD_COOKIES);
    }
    return Set.copyOf(names);
  }
}
