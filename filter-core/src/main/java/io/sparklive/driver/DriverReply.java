package io.sparklive.driver;

import io.sparklive.application.ApplicationFacts;
import io.sparklive.application.ApplicationId;

/** What came back from an address where a driver may be. */
public sealed interface DriverReply {
  /**
   * A driver's UI answered.
   *
   * @param id the application it runs
   * @param facts what it says of it
   */
  record Runs(ApplicationId id, ApplicationFacts facts) implements DriverReply {}

  /** Nothing listens there. */
  record Refused() implements DriverReply {}

  /** No connection came to be: no such host, no way there, or nobody at home. */
  record Unreachable() implements DriverReply {}

  /** A connection came to be, but no whole answer: busy or paused. It tells nothing. */
  record Silent() implements DriverReply {}

  /**
   * Something answered that is not a driver with its UI up: another server, or a driver that is
   * still starting, which answers with HTML for a while.
   */
  record SomethingElse() implements DriverReply {}
}
