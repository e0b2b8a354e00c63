package io.sparklive.proxy;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import io.sparklive.routing.Route;
import java.time.Instant;

/**
 * Where one request goes.
 *
 * @param id the application whose driver it is for
 * @param driver where that is
 * @param started when it started, by which it is told from another that bore its id before
 * @param path what to ask there: a canonical path with its first slash
 * @param context what stands before the driver's paths outside, such as {@code /sparkui/app-1}
 * @param credentials whether the driver may get to know who asks, where drivers do at all
 * @param onlyFile whether the browser may get nothing but a file: its user may not have logged in
 */
public record ProxyTarget(
    ApplicationId id,
    DriverAddress driver,
    Instant started,
    String path,
    String context,
    boolean credentials,
    boolean onlyFile) {
  /** Whether a static file is asked for, which never changes while the driver runs. */
  public boolean isStatic() {
    return path.startsWith("/static/");
  }

  /** Whether the response is a file for the browser, and never a page. */
  boolean isFile() {
    return isStatic() || Route.LiveUi.hasFileName(path);
  }
}
