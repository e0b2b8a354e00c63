// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.Caller;
import io.sparklive.application.ApplicationId;
import io.sparklive.concurrent.ExpiringCache;
import io.sparklive.http.TextSanitizer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audit log: one line for each log that a user opens. The viewer continues a quiet log with a new
 * request every few seconds; such a request writes no further line.
 */
final class LogAuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(LogAuditLog.class);
  private static final Duration CONTINUED = Duration.ofMinutes(1);
  private static final int MOST = 10_000;

  private final ExpiringCache<Entry, Boolean> recent;

  LogAuditLog(InstantSource clock) {
    this.recent = new ExpiringCache<>(MOST, CONTINUED, clock);
  }

  /** The reader and the log of one stream. */
  record Entry(
      Caller caller, ApplicationId id, String namespace, String pod, Optional<String> container) {}

  /**
   * Writes the line of a stream that has been opened.
   *
   * @param continues whether the request continues an earlier one
   */
  void write(Entry entry, boolean continues) {
    boolean isContinued = continues && recent.get(entry).isPresent();
    recent.put(entry, true);
    if (!isContinued) {
      Caller caller = entry.caller();
      LOG.info(
          "Log: {} opened the log of {}/{}{} of {}",
          TextSanitizer.oneLine(
              caller.name() + caller.doAs().map(other -> " (doAs " + other + ")").orElse("")),
          entry.namespace(),
          entry.pod(),
          entry.container().map(name -> ", container " + name).orElse(""),
          entry.id());
    }
  }
}
