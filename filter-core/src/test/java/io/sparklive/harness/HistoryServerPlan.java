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

/** What a stand-in History Server is to be like. By default it knows no application. */
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
   * A plan whose filter notices within a moment what drivers do, and polls their progress only
   * while a user views them: many tests count the requests that a driver receives.
   */
  public HistoryServerPlan() {
    parameter("driversRefresh", "100ms");
    parameter("pollInterval", "0s");
  }

  /** What the History Server knows; may be changed while it runs. */
  public StandInCatalog catalog() {
    return catalog;
  }

  /** Who may see what; may be changed while it runs. */
  public StandInAccess access() {
    return access;
  }

  /** Sets a parameter of the filter. */
  public HistoryServerPlan parameter(String name, String value) {
    parameters.put(name, value);
    return this;
  }

  /** Lets the filter ask these addresses for drivers. */
  public HistoryServerPlan drivers(String... addresses) {
    return parameter("drivers", String.join(",", addresses));
  }

  /** Names the History Server's own address among those of drivers. */
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

  /** What Spark's settings make its own answers say to browsers. */
  public HistoryServerPlan securityHeaders(SecurityHeaders headers) {
    securityHeaders = headers;
    return this;
  }

  /** The static files of its own Spark. */
  public HistoryServerPlan files(StaticFileSource own) {
    files = own;
    return this;
  }

  /** The {@code /api} context shows something else than a History Server. */
  public HistoryServerPlan anotherUi(String what) {
    detection = Optional.of(new HostEnvironment.NotAHistoryServer(what));
    return this;
  }

  /** No context shows what this is. */
  public HistoryServerPlan neverRecognised() {
    historyServer = false;
    return this;
  }

  /** Lets through whatever paths a client writes, as old containers do. */
  public HistoryServerPlan lenient() {
    lenient = true;
    return this;
  }

  /** The History Server lists this application. */
  public HistoryServerPlan lists(String id, CatalogStatus status) {
    catalog.knows(id, status);
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

  /** What the context {@code /api} shows; every other shows nothing. */
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
    }"""
        .formatted(id, completed);
  }
}
