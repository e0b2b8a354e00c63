// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.DriverAddress;

/** Result of probing an address where a driver may run. */
public sealed interface ProbeResult {
  /**
   * A driver's UI responded.
   *
   * @param id the application that the driver runs
   * @param info the description of the application in the response
   * @param address the address that responded: the probed one, or the HTTPS port that it redirects
   *     to
   */
  record Running(ApplicationId id, ApplicationInfo info, DriverAddress address)
      implements ProbeResult {}

  /**
   * A server responded that requires a login: presumably a driver with an authentication filter of
   * its own.
   *
   * @param address the address that responded, as for {@link Running}
   */
  record AuthRequired(DriverAddress address) implements ProbeResult {}

  /** Nothing listens at the address. */
  record ConnectionRefused() implements ProbeResult {}

  /** No connection: the host name is unknown, there is no route, or the host does not respond. */
  record Unreachable() implements ProbeResult {}

  /**
   * A connection, but no whole response: a driver may be busy or paused. The result is
   * inconclusive.
   */
  record NoResponse() implements ProbeResult {}

  /** A driver responded with Spark's page for the time of its start-up. */
  record StartingUp() implements ProbeResult {}

  /**
   * A server responded that is not a driver with its UI up: another server, or a driver that is
   * still starting, which responds with 404 for a while after {@link StartingUp}.
   */
  record NotADriver() implements ProbeResult {}
}
