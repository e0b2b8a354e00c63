// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The description of an application that its driver, or its pod, reports. A user's program can
 * report any value, so the constructor sanitizes each of them.
 *
 * <p>Name and user are in one line ({@link io.sparklive.http.TextSanitizer}), and cut if they are
 * longer than 512 characters. Both are text, not HTML: each page escapes them. The History Server's
 * table does not, see {@link #listedName()}. In every Spark version, that table prints the version
 * and the attempt unchanged, so a version or an attempt that Spark cannot write is dropped.
 *
 * @param name the name that the user chose; may be empty
 * @param attemptId the attempt, if the cluster manager counts attempts (YARN)
 * @param started when the application started
 * @param user the user who runs the application; may be empty
 * @param sparkVersion the version of Spark, such as {@code 4.2.0}, or {@code unknown}
 */
public record ApplicationInfo(
    String name, Optional<String> attemptId, Instant started, String user, String sparkVersion) {
  private static final Pattern TAG = Pattern.compile("<(?=[A-Za-z/!?])");
  private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}");
  private static final Pattern ATTEMPT = Pattern.compile("[0-9]{1,9}");

  /** The version that the table shows if a driver reports no valid one. */
  public static final String UNKNOWN_VERSION = "unknown";

  public ApplicationInfo {
    name = UserText.of(name);
    attemptId = attemptId.filter(attempt -> ATTEMPT.matcher(attempt).matches());
    requireNonNull(started, "started");
    user = UserText.of(user);
    sparkVersion = VERSION.matcher(sparkVersion).matches() ? sparkVersion : UNKNOWN_VERSION;
  }

  /** The same with this start time, if the application claims a later one. */
  public ApplicationInfo startedBy(Instant latest) {
    return started.isAfter(latest)
        ? new ApplicationInfo(name, attemptId, latest, user, sparkVersion)
        : this;
  }

  /**
   * The name for entries that the filter adds to the History Server's list. Up to 3.5 the History
   * Server's table prints name and user of an entry as HTML, so this method replaces each {@code <}
   * that could begin a tag by {@code ‹}.
   */
  public String listedName() {
    return withoutTags(name);
  }

  /** The user for entries that the filter adds to the History Server's list. */
  public String listedUser() {
    return withoutTags(user);
  }

  private static String withoutTags(String text) {
    return text.indexOf('<') < 0 ? text : TAG.matcher(text).replaceAll("‹");
  }
}
