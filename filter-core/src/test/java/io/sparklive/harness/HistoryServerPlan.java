// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import io.sparklive.http.Prefixes;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.Deployment;
import io.sparklive.spi.HostEnvironment;
import io.sparklive.spi.SecurityHeaders;
import io.sparklive.spi.StaticFileSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The configuration of an embedded History Server. By default it lists no application. */
public final class HistoryServerPlan {
  private final StandInCatalog catalog = new StandInCatalog();
  private final StandInAccess access = new StandInAccess();
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private final List<String> entries = new ArrayList<>();
  private Optional<String> proxyBase = Optional.empty();
  private List<String> filters = List.of();
  private SecurityHeaders securityHeaders = SecurityHeaders.USUAL;
  private StaticFileSource files = StaticFileSource.NONE;
  private Optional<HostEnvironment.Detection> detection = Optional.empty();
  private boolean historyServer = true;
  private boolean lenient;
  private boolean itsOwnDriver;

  /**
   * A plan whose filter detects changes of drivers within a moment. It polls progress only while a
   * user views an application: many tests count the requests that a driver receives.
   */
  public HistoryServerPlan() {
    parameter("driversRefresh", "100ms");
    parameter("pollInterval", "0s");
  }

  /** The catalog; a test may change it while the server runs. */
  public StandInCatalog catalog() {
    return catalog;
  }

  /** The access control; a test may change it while the server runs. */
  public StandInAccess access() {
    return access;
  }

  /** Sets a parameter of the filter. */
  public HistoryServerPlan parameter(String name, String value) {
    parameters.put(name, value);
    return this;
  }

  /** Makes the filter probe these addresses for drivers. */
  public HistoryServerPlan drivers(String... addresses) {
    return parameter("drivers", String.join(",", addresses));
  }

  /** Adds the History Server's own address to those of drivers. */
  public HistoryServerPlan itsOwnDriver() {
    itsOwnDriver = true;
    return this;
  }

  /** The configured {@code spark.ui.proxyBase}. */
  public HistoryServerPlan proxyBase(String prefix) {
    proxyBase = Optional.of(prefix);
    return this;
  }

  /** The configured {@code spark.ui.filters}. */
  public HistoryServerPlan filters(String... classNames) {
    filters = List.of(classNames);
    return this;
  }

  /** The security headers of the History Server's own responses, by Spark's settings. */
  public HistoryServerPlan securityHeaders(SecurityHeaders headers) {
    securityHeaders = headers;
    return this;
  }

  /** The static files of the Spark version of the History Server. */
  public HistoryServerPlan files(StaticFileSource own) {
    files = own;
    return this;
  }

  /** Makes the filter detect another UI than a History Server in the {@code /api} context. */
  public HistoryServerPlan anotherUi(String name) {
    detection = Optional.of(new HostEnvironment.NotAHistoryServer(name));
    return this;
  }

  /** Makes the filter detect no UI in any context. */
  public HistoryServerPlan undetected() {
    historyServer = false;
    return this;
  }

  /** Makes the container pass every path unchecked, as old containers do. */
  public HistoryServerPlan lenient() {
    lenient = true;
    return this;
  }

  /** Adds this application to the list of the History Server. */
  public HistoryServerPlan lists(String id, CatalogStatus status) {
    catalog.setStatus(id, status);
    entries.add(entry(id, status == CatalogStatus.COMPLETE));
    return this;
  }

  /** The list as the History Server writes it. */
  public String list() {
    return entries.stream().collect(Collectors.joining(", ", "[ ", " ]"));
  }

  Map<String, String> parameters(int port) {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    if (itsOwnDriver) {
      String own = "127.0.0.1:" + port;
      all.merge("drivers", own, (others, self) -> self + "," + others);
    }
    return all;
  }

  boolean isLenient() {
    return lenient;
  }

  /** The detection in the context {@code /api}; in every other context, there is none. */
  Stream<HostEnvironment.Detection> detection() {
    return historyServer
        ? Stream.of(
            detection.orElseGet(
                () ->
                    new HostEnvironment.HistoryServer(
                        catalog,
                        access,
                        () -> new HostEnvironment.UiInfo("4.2.0"),
                        new Prefixes(
                            () ->
                                proxyBase.map(
                                    value -> new Prefixes.Setting("spark.ui.proxyBase", value))),
                        Deployment.EMBEDDED,
                        filters,
                        securityHeaders,
                        files)))
        : Stream.empty();
  }

  private static String entry(String id, boolean completed) {
    return """
    {
      "id" : "%s",
      "name" : "listed by the History Server",
      "attempts" : [ {
        "completed" : %s,
        "startTimeEpoch" : 1795250658606
      } ]
    }\
    """
        .formatted(id, completed);
  }
}
