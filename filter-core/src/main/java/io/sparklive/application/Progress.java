package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * How far an application is, as its driver has told.
 *
 * @param asOf when it told
 * @param executors what works for it; empty where the driver did not tell
 * @param work what it works at; empty before its first job
 */
public record Progress(Instant asOf, Optional<Executors> executors, Optional<JobProgress> work) {
  public Progress {
    requireNonNull(asOf, "asOf");
  }

  /**
   * Its executors; in local mode the driver is one.
   *
   * @param count how many there are
   * @param cores how many cores they have together
   * @param tasks how many tasks they have begun: another number means that jobs came and went
   */
  public record Executors(int count, int cores, long tasks) {}
}
