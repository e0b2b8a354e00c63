package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a driver, or its pod, says of its application: a user's program says it, so each value is
 * made harmless on its way in.
 *
 * <p>In name and user, control characters and those that turn the direction of text become spaces,
 * and what is longer than 512 characters is cut. Both are text, not HTML: each page escapes them.
 * The History Server's table does not, see {@link #listedName()}. It prints the version and the
 * attempt as they are in every Spark version, so a version or an attempt that Spark could not have
 * written is dropped.
 *
 * @param name what the user called it, perhaps empty
 * @param attemptId the attempt, where the cluster manager counts them (YARN)
 * @param started when it started
 * @param user who runs it, perhaps empty
 * @param sparkVersion such as {@code 4.2.0}, or {@code unknown}
 */
public record ApplicationInfo(
    String name, Optional<String> attemptId, Instant started, String user, String sparkVersion) {
  private static final Pattern TAG = Pattern.compile("<(?=[A-Za-z/!?])");
  private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}");
  private static final Pattern ATTEMPT = Pattern.compile("[0-9]{1,9}");

  /** What the table shows where a driver names no version that could be one. */
  public static final String UNKNOWN_VERSION = "unknown";

  public ApplicationInfo {
    name = UserText.of(name);
    attemptId = attemptId.filter(attempt -> ATTEMPT.matcher(attempt).matches());
    requireNonNull(started, "started");
    user = UserText.of(user);
    sparkVersion = VERSION.matcher(sparkVersion).matches() ? sparkVersion : UNKNOWN_VERSION;
  }

  /** The same, but started at that time where it claims to have started later. */
  public ApplicationInfo startedBy(Instant latest) {
    return started.isAfter(latest)
        ? new ApplicationInfo(name, attemptId, latest, user, sparkVersion)
        : this;
  }

  /**
   * The name for entries that the filter adds to the History Server's list. Up to 3.5 the History
   * Server's table prints name and user of an entry as HTML, so a {@code <} that could begin a tag
   * is a {@code ‹} there.
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
