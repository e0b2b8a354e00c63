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
 * Finds out whether the filter was put into this web application, which a {@link
 * HistoryServerGateway} tells.
 */
public final class WarEnvironment implements HostEnvironment {
  private static final String FILTER = LiveHistoryFilter.class.getName();
  // What containers and this web application add themselves.
  private static final List<String> NO_LOGIN =
      List.of("org.apache.tomcat.", "org.apache.catalina.", "org.eclipse.jetty.", "io.sparklive.");

  /** Made by the service loader. */
  public WarEnvironment() {}

  @Override
  public Detection detect(ServletContext context) {
    return HistoryServerGateway.in(context)
        .map(front -> seen(front, context))
        .orElseGet(Undetermined::new);
  }

  private static Detection seen(HistoryServerGateway front, ServletContext context) {
    return new HistoryServer(
        front.catalog(),
        front.access(),
        front.uiInfo(),
        front.prefixes(),
        Deployment.FRONTING,
        filters(context),
        SecurityHeaders.USUAL,
        StaticFileSource.NONE);
  }

  @Override
  public RawParameters parameters(FilterConfig config) {
    return WarParameters.of(config.getServletContext()).withoutGateway();
  }

  /** In which order they stand is written in {@code web.xml}, and cannot be asked. */
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
