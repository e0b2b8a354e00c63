// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import io.sparklive.http.Prefixes;
import io.sparklive.spi.Deployment;
import io.sparklive.spi.HostEnvironment;
import jakarta.servlet.ServletContext;
import java.lang.reflect.InvocationTargetException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The environment inside a Spark server: detects which of Spark's UIs has the filter. A History
 * Server and a driver set a {@code UIRoot} in their {@code /api} context; a Master and a Worker
 * have no such context. A History Server adds such a context for each application that it loads,
 * with the same {@code UIRoot}.
 */
public final class SparkEnvironment implements HostEnvironment {
  // The attribute of UIRootFromServletContext.scala.
  private static final String UI_ROOT = "org.apache.spark.status.api.v1.UIRootFromServletContext$";

  /** Called by the service loader. */
  public SparkEnvironment() {}

  @Override
  public Detection detect(ServletContext context) {
    // By name first: the class path of another UI may lack these classes.
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

  /** The title of the History Server, which is configurable since Spark 4.0. */
  private static String title(Object historyServer) {
    try {
      return (String) historyServer.getClass().getMethod("title").invoke(historyServer);
    } catch (NoSuchMethodException e) {
      return UiInfo.DEFAULT_TITLE;
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("The title of the History Server is not available", e);
    }
  }
}
