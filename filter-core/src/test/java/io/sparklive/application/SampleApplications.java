// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import io.sparklive.testkit.driver.FakeDriver;
import java.time.Instant;
import java.util.Optional;

/** Applications for tests. */
public final class SampleApplications {
  public static final Instant STARTED = Instant.parse("2026-11-21T08:43:54.879Z");
  public static final DriverAddress ADDRESS = new DriverAddress("10.0.0.7", 4040);
  public static final SourceRef SOURCE = new SourceRef("static", ADDRESS.toString());

  private SampleApplications() {}

  public static ApplicationInfo info(String name) {
    return info(name, STARTED);
  }

  public static ApplicationInfo info(String name, Instant started) {
    return new ApplicationInfo(name, Optional.empty(), started, "ada", "4.2.0");
  }

  public static LiveApplication live(String id) {
    return live(id, info(id));
  }

  public static LiveApplication live(String id, ApplicationInfo info) {
    return new LiveApplication(
        new ApplicationId(id),
        ApplicationState.LIVE,
        info,
        Optional.of(ADDRESS),
        Optional.empty(),
        SOURCE,
        Optional.empty());
  }

  public static LiveApplication starting(String id) {
    return new LiveApplication(
        new ApplicationId(id),
        ApplicationState.STARTING,
        info(id),
        Optional.empty(),
        Optional.empty(),
        SOURCE,
        Optional.empty());
  }

  public static LiveApplication ended(String id, Instant at) {
    return live(id).endedAt(at);
  }

  /** The address of a fake driver. */
  public static DriverAddress addressOf(FakeDriver driver) {
    return new DriverAddress("127.0.0.1", driver.port());
  }

  /** The address of the driver of a source. */
  public static DriverAddress address(String key) {
    return new DriverAddress(key, 4040);
  }

  /** The event for a driver that responds, at an address of its own. */
  public static DiscoveryEvent.DriverFound found(String key, String id) {
    return new DiscoveryEvent.DriverFound(
        new SourceRef("static", key),
        new ApplicationId(id),
        true,
        info(id),
        Optional.of(address(key)),
        Optional.empty());
  }

  /** The event for a driver that does not respond yet. */
  public static DiscoveryEvent.DriverFound foundStarting(String key, String id) {
    return new DiscoveryEvent.DriverFound(
        new SourceRef("static", key),
        new ApplicationId(id),
        false,
        info(id),
        Optional.empty(),
        Optional.empty());
  }

  public static DiscoveryEvent.DriverLost lost(String key, Instant at) {
    return new DiscoveryEvent.DriverLost(new SourceRef("static", key), at);
  }
}
