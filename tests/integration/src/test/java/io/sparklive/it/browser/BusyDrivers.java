package io.sparklive.it.browser;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.SparkVersion;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A busy driver of each version, without an event log. Started once for all tests, side by side; a
 * test may start jobs of its own in one and kill them.
 */
final class BusyDrivers {

  /** What users may call things; on pictures it would be in the way. */
  static final String HOSTILE =
      Screenshots.WANTED ? "" : " <img src=x onerror=alert(1)><script>alert(2)</script>";

  private static final Map<SparkVersion, CompletableFuture<DriverProcess>> ALL =
      SparkVersion.underTest().stream()
          .collect(Collectors.toMap(Function.identity(), BusyDrivers::start));

  private BusyDrivers() {}

  static DriverProcess of(SparkVersion version) {
    return ALL.get(version).join();
  }

  /** Their addresses, as the parameter {@code drivers} takes them. */
  static String addresses() {
    return ALL.values().stream()
        .map(driver -> driver.join().address())
        .collect(Collectors.joining(","));
  }

  private static CompletableFuture<DriverProcess> start(SparkVersion version) {
    CompletableFuture<DriverProcess> started = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                started.complete(
                    DriverProcess.builder(version, "Clickstream sessions")
                        .user("ada")
                        .busy(HOSTILE)
                        .start());
              } catch (RuntimeException e) {
                started.completeExceptionally(e);
              }
            },
            "start-busy-driver-" + version);
    thread.setDaemon(true);
    thread.start();
    return started;
  }
}
