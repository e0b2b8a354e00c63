// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import io.sparklive.routing.Route;
import java.time.Instant;

/**
 * The driver and the path to which one request is forwarded.
 *
 * @param applicationId the application of the driver
 * @param driver the address of the driver
 * @param startTime when the application started; it distinguishes the application from an earlier
 *     one with the same id
 * @param path the canonical path at the driver, with its first slash
 * @param contextPath the path of the application's live UI in the browser, such as {@code
 *     /sparkui/app-1}; the driver serves the same pages without it
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
    String contextPath,
    boolean forwardsCredentials,
    boolean filesOnly) {
  /** Whether the request is for a static file, which does not change while the driver runs. */
  public boolean isStatic() {
    return path.startsWith("/static/");
  }

  /** Whether the response is a file for the browser, and never a page. */
  boolean isFile() {
    return isStatic() || Route.LiveUi.hasFileName(path);
  }
}
