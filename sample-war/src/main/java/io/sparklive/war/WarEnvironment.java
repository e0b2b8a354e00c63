// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import io.sparklive.LiveHistoryFilter;
import io.sparklive.spi.Deployment;
import io.sparklive.spi.HostEnvironment;
import io.sparklive.spi.RawParameters;
import io.sparklive.spi.SecurityHeaders;
import io.sparklive.spi.StaticFileSource;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.util.List;
import java.util.stream.Stream;

/**
 * The environment of the filter in a WAR: detects this web application by its {@link
 * HistoryServerGateway}, and reads the parameters.
 */
public final class WarEnvironment implements HostEnvironment {
  private static final String FILTER = LiveHistoryFilter.class.getName();
  // The filters of the containers and of this web application.
  private static final List<String> NO_LOGIN =
      List.of("org.apache.tomcat.", "org.apache.catalina.", "org.eclipse.jetty.", "io.sparklive.");

  /** The service loader calls this. */
  public WarEnvironment() {}

  @Override
  public Detection detect(ServletContext context) {
    return HistoryServerGateway.find(context)
        .map(gateway -> historyServer(gateway, context))
        .orElseGet(Undetermined::new);
  }

  private static Detection historyServer(HistoryServerGateway gateway, ServletContext context) {
    return new HistoryServer(
        gateway.catalog(),
        gateway.access(),
        gateway.uiInfo(),
        gateway.prefixes(),
        Deployment.FRONTING,
        filters(context),
        SecurityHeaders.USUAL,
        StaticFileSource.NONE);
  }

  @Override
  public RawParameters parameters(FilterConfig config) {
    return WarParameters.of(config.getServletContext()).withoutGateway();
  }

  /** The filters in any order: that of {@code web.xml} is not available. This one comes last. */
  private static List<String> filters(ServletContext context) {
    Stream<String> others =
        context.getFilterRegistrations().values().stream()
            .map(FilterRegistration::getClassName)
            .filter(name -> name != null && NO_LOGIN.stream().noneMatch(name::startsWith));
    return Stream.concat(others, Stream.of(FILTER)).toList();
  }

  /** The filter as {@code web.xml} declares it. */
  static FilterRegistration filter(ServletContext context) {
    return context.getFilterRegistrations().values().stream()
        .filter(registration -> FILTER.equals(registration.getClassName()))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("web.xml declares no filter " + FILTER));
  }
}
