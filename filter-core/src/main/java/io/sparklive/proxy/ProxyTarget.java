// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import io.sparklive.routing.Route;
import java.time.Instant;
import java.util.Optional;

/**
 * The driver and the path to which one request is forwarded.
 *
 * @param applicationId the application of the driver
 * @param driver the address of the driver
 * @param startTime when the application started; it distinguishes the application from an earlier
 *     one with the same id
 * @param path the canonical path at the driver, with its first slash
 * @param prefix the prefix of every path of the History Server in the browser; may be empty
 * @param root the path of the application's live UI on the History Server, such as {@code
 *     /sparkui/app-1}
 * @param driverBase the path that the driver puts before its links instead of {@link
 *     #contextPath()}, if it has one; it may be any text
 * @param forwardsCredentials whether cookies and {@code Authorization} may be forwarded to the
 *     driver, if the configuration allows it
 * @param filesOnly whether the browser may receive nothing but a file, as its user may not have
 *     logged in
 */
public record ProxyTarget(
    ApplicationId applicationId,
    DriverAddress driver,
    Instant startTime,
    String path,
    String prefix,
    String root,
    Optional<String> driverBase,
    boolean forwardsCredentials,
    boolean filesOnly) {
  /**
   * The path of the application's live UI in the browser; the driver serves the same pages without
   * it.
   */
  String contextPath() {
    return prefix + root;
  }

  /** Whether the request is for a static file, which does not change while the driver runs. */
  public boolean isStatic() {
    return path.startsWith("/static/");
  }

  /** Whether the response is a file for the browser, and never a page. */
  boolean isFile() {
    return isStatic() || Route.LiveUi.hasFileName(path);
  }
}
