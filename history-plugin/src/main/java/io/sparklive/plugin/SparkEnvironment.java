package io.sparklive.plugin;

import io.sparklive.http.Prefixes;
import io.sparklive.spi.Deployment;
import io.sparklive.spi.HostEnvironment;
import jakarta.servlet.ServletContext;
import java.lang.reflect.InvocationTargetException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Finds out which of Spark's UIs the filter was put on. A History Server and a driver give their
 * {@code /api} context a {@code UIRoot}; a Master and a Worker have no such context. On a History
 * Server each loaded application brings another one, which tells nothing new.
 */
public final class SparkEnvironment implements HostEnvironment {
  // Where UIRootFromServletContext.scala keeps it.
  private static final String UI_ROOT = "org.apache.spark.status.api.v1.UIRootFromServletContext$";

  /** Made by the service loader. */
  public SparkEnvironment() {}

  @Override
  public Detection detect(ServletContext context) {
    // By name first: not every UI's class path has to have these classes.
    Object uiRoot = context.getAttribute(UI_ROOT);
    if (uiRoot == null) {
      return new Undetermined();
    }
    if (!(uiRoot instanceof org.apache.spark.deploy.history.HistoryServer server)) {
      return new NotAHistoryServer("a driver");
    }
    SparkSettings settings = new SparkSettings();
    Optional<Prefixes.Setting> prefix = settings.prefix();
    return new HistoryServer(
        new UiRootCatalog(server),
        new SparkAccessControl(settings, InstantSource.system()),
        () -> new UiInfo(org.apache.spark.package$.MODULE$.SPARK_VERSION(), title(uiRoot)),
        new Prefixes(() -> prefix),
        Deployment.EMBEDDED,
        settings.filters(),
        settings.securityHeaders(),
        new ClasspathStaticFiles(uiRoot.getClass().getClassLoader()));
  }

  /** A History Server has a title of its own from 4.0 on. */
  private static String title(Object historyServer) {
    try {
      return (String) historyServer.getClass().getMethod("title").invoke(historyServer);
    } catch (NoSuchMethodException e) {
      return UiInfo.DEFAULT_TITLE;
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("Spark does not say the History Server's title", e);
    }
  }
}
