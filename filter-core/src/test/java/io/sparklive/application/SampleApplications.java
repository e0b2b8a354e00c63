package io.sparklive.application;

import io.sparklive.testkit.driver.FakeDriver;
import java.time.Instant;
import java.util.Optional;

/** Applications for tests. */
public final class SampleApplications {
  public static final Instant STARTED = Instant.parse("2026-11-21T08:43:54.879Z");
  public static final DriverAddress ADDRESS = new DriverAddress("10.0.0.7", 4040);
  public static final SourceRef WITNESS = new SourceRef("static", ADDRESS.toString());

  private SampleApplications() {}

  public static ApplicationInfo facts(String name) {
    return facts(name, STARTED);
  }

  public static ApplicationInfo facts(String name, Instant started) {
    return new ApplicationInfo(name, Optional.empty(), started, "ada", "4.2.0");
  }

  public static LiveApplication live(String id) {
    return live(id, facts(id));
  }

  public static LiveApplication live(String id, ApplicationInfo facts) {
    return new LiveApplication(
        new ApplicationId(id),
        ApplicationState.LIVE,
        facts,
        Optional.of(ADDRESS),
        Optional.empty(),
        WITNESS,
        Optional.empty());
  }

  public static LiveApplication starting(String id) {
    return new LiveApplication(
        new ApplicationId(id),
        ApplicationState.STARTING,
        facts(id),
        Optional.empty(),
        Optional.empty(),
        WITNESS,
        Optional.empty());
  }

  public static LiveApplication ended(String id, Instant at) {
    return live(id).endedAt(at);
  }

  /** Where a fake driver listens. */
  public static DriverAddress addressOf(FakeDriver driver) {
    return new DriverAddress("127.0.0.1", driver.port());
  }

  /** Where a place sees a driver. */
  public static DriverAddress address(String place) {
    return new DriverAddress(place, 4040);
  }

  /** What a place that nobody else has sees of a driver that answers. */
  public static DiscoveryEvent.DriverFound seen(String place, String id) {
    return new DiscoveryEvent.DriverFound(
        new SourceRef("static", place),
        new ApplicationId(id),
        true,
        facts(id),
        Optional.of(address(place)),
        Optional.empty());
  }

  /** What a place sees of a driver that does not answer yet. */
  public static DiscoveryEvent.DriverFound seenStarting(String place, String id) {
    return new DiscoveryEvent.DriverFound(
        new SourceRef("static", place),
        new ApplicationId(id),
        false,
        facts(id),
        Optional.empty(),
        Optional.empty());
  }

  public static DiscoveryEvent.DriverLost gone(String place, Instant at) {
    return new DiscoveryEvent.DriverLost(new SourceRef("static", place), at);
  }
}
