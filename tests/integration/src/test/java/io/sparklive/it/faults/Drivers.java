package io.sparklive.it.faults;

import io.sparklive.testkit.DriverProcess;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Several drivers.
 *
 * @param all in the order in which they were described
 */
record Drivers(List<DriverProcess> all) implements AutoCloseable {

  /** Starts them at once. */
  static Drivers start(DriverProcess.Builder... described) {
    List<CompletableFuture<DriverProcess>> starting =
        Arrays.stream(described)
            .map(one -> CompletableFuture.supplyAsync(one::start, Drivers::onAThread))
            .toList();
    return new Drivers(starting.stream().map(CompletableFuture::join).toList());
  }

  DriverProcess get(int place) {
    return all.get(place);
  }

  /** Their applications' ids. */
  List<String> ids() {
    return all.stream().map(DriverProcess::applicationId).toList();
  }

  @Override
  public void close() {
    all.forEach(DriverProcess::close);
  }

  private static void onAThread(Runnable start) {
    new Thread(start, "start-driver").start();
  }
}
