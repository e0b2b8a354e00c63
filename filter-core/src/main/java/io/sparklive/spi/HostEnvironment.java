package io.sparklive.spi;

import io.sparklive.http.Prefixes;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells the filter what it was put into. The implementations beside the filter are found by {@link
 * java.util.ServiceLoader}: the plugin's knows the History Server in whose JVM it runs, the WAR's
 * the one that it stands in front of.
 */
public interface HostEnvironment {
  /** The class name of the filter, as users write it into {@code spark.ui.filters}. */
  String FILTER = "io.sparklive.LiveHistoryFilter";

  /**
   * What this servlet context shows. Called once for each filter instance, while it is initialised,
   * so it must cost nothing.
   *
   * @throws IllegalArgumentException with a message for people where the filter stands wrongly;
   *     that stops the server it was put on
   */
  Detection detect(ServletContext context);

  /** The filter's parameters, wherever they are written here. */
  default RawParameters parameters(FilterConfig config) {
    return RawParameters.ofSpark(config);
  }

  /** What a servlet context shows. */
  sealed interface Detection {}

  /** Nothing yet; another context of the same server may show more. */
  record Undetermined() implements Detection {}

  /**
   * A UI that is no History Server's, by settings shared by mistake. The filter leaves it alone.
   *
   * @param what it is, for the log, such as {@code a driver}
   */
  record NotAHistoryServer(String what) implements Detection {}

  /**
   * A History Server.
   *
   * @param catalog what it knows
   * @param access who may see what
   * @param uiInfo what it shows of itself, as far as that is known by now
   * @param prefixes the prefix that browsers see it under
   * @param deployment from where its paths are seen
   * @param filters the class names of its filters, in their order; empty where that is not known
   * @param securityHeaders what its own answers tell browsers
   * @param files the static files of its Spark, where they are at hand
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
   * @param sparkVersion its version, such as {@code 4.2.0}; empty where it is not known
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
