package io.sparklive.driver;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.DriverAddress;

/** What came back from an address where a driver may be. */
public sealed interface ProbeResult {
  /**
   * A driver's UI answered.
   *
   * @param id the application it runs
   * @param info what it says of it
   * @param address where it answered: the one that was asked, or the HTTPS port that this led to
   */
  record Running(ApplicationId id, ApplicationInfo info, DriverAddress address)
      implements ProbeResult {}

  /**
   * Something answered that wants to know first who asks: a driver with an authentication filter of
   * its own, for all that can be told.
   *
   * @param address where it answered, as for one that runs
   */
  record AuthRequired(DriverAddress address) implements ProbeResult {}

  /** Nothing listens there. */
  record ConnectionRefused() implements ProbeResult {}

  /** No connection came to be: no such host, no way there, or nobody at home. */
  record Unreachable() implements ProbeResult {}

  /** A connection came to be, but no whole answer: busy or paused. It tells nothing. */
  record NoResponse() implements ProbeResult {}

  /** A driver responds with the page of Spark that says that it is starting up. */
  record StartingUp() implements ProbeResult {}

  /**
   * Something answered that is not a driver with its UI up: another server, or a driver that is
   * still starting, which answers with 404 for a while after {@link StartingUp}.
   */
  record NotADriver() implements ProbeResult {}
}
