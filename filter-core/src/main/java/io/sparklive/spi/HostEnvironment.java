// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import io.sparklive.http.Prefixes;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import java.util.List;
import java.util.function.Supplier;

/**
 * The environment in which the filter runs. The filter finds the implementations by {@link
 * java.util.ServiceLoader}: that of the plugin gives access to the History Server in the same JVM,
 * that of the WAR to a History Server behind it.
 */
public interface HostEnvironment {
  /** The class name of the filter, as users write it into {@code spark.ui.filters}. */
  String FILTER = "io.sparklive.LiveHistoryFilter";

  /**
   * Detects the environment from a servlet context. The filter calls this once for each of its
   * instances, while it is initialised, so it must be fast.
   *
   * @throws IllegalArgumentException with a message for the administrator, if the filter is
   *     installed in a wrong place or order; that stops the server
   */
  Detection detect(ServletContext context);

  /** The filter's parameters, from the place where this environment has them. */
  default RawParameters parameters(FilterConfig config) {
    return RawParameters.ofSpark(config);
  }

  /** The result of the detection in one servlet context. */
  sealed interface Detection {}

  /** This context shows nothing; another context of the same server may show more. */
  record Undetermined() implements Detection {}

  /**
   * The UI of another server, which has the filter because settings are shared by mistake. The
   * filter stays inactive.
   *
   * @param kind the kind of the server for the log, such as {@code a driver}
   */
  record NotAHistoryServer(String kind) implements Detection {}

  /**
   * A History Server.
   *
   * @param catalog its catalog of applications
   * @param access its access control
   * @param uiInfo its version and title, as far as they are known at the time of the call
   * @param prefixes the prefix under which browsers see it
   * @param deployment where the filter runs
   * @param filters the class names of its filters, in their order; empty if they are not known
   * @param securityHeaders the security headers of its own responses
   * @param files the static files of its Spark version, if they are available
   */
  record HistoryServer(
      HistoryCatalog catalog,
      AccessControl access,
      Supplier<UiInfo> uiInfo,
      Prefixes prefixes,
      Deployment deployment,
      List<String> filters,
      SecurityHeaders securityHeaders,
      StaticFileSource files)
      implements Detection {}

  /**
   * The version and the title of a History Server.
   *
   * @param sparkVersion its version, such as {@code 4.2.0}; empty if it is not known
   * @param title its title, {@code spark.history.ui.title} from 4.0
   */
  record UiInfo(String sparkVersion, String title) {
    /** The title of a History Server for which no other title is set. */
    public static final String DEFAULT_TITLE = "History Server";

    /** A History Server with the default title. */
    public UiInfo(String sparkVersion) {
      this(sparkVersion, DEFAULT_TITLE);
    }
  }
}
