// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs, once each, prefixes that the filter ignores, and prefixes that it uses although Spark's
 * scripts misread them. Clients can send any header, so only the first 16 values are logged, each
 * with at most 200 characters.
 *
 * <p>Thread-safe.
 */
public final class PrefixWarnings {
  private static final Logger LOG = LoggerFactory.getLogger(PrefixWarnings.class);
  private static final int MAX_LOGGED = 16;
  private static final int MAX_LENGTH = 200;

  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  /** Logs a value that is not a valid path. */
  void logInvalid(String source, String value) {
    if (addIfNew(source, value)) {
      LOG.warn(
          "Prefix ignored: {} is \"{}\"; a prefix is a path such as /spark-history, whose segments"
              + " have the characters of RFC 3986, section 3.3",
          source,
          sanitized(value));
    }
  }

  /** Logs a path that Spark's own scripts misread. */
  void logMisleading(String source, String value, String segment) {
    if (addIfNew(source, value)) {
      LOG.warn(
          "Prefix used, but some tables of Spark's pages stay empty: {} is \"{}\", and Spark's"
              + " scripts read the segment after \"{}\" as the id of the application",
          source,
          sanitized(value),
          segment);
    }
  }

  private boolean addIfNew(String source, String value) {
    if (logged.size() >= MAX_LOGGED) {
      return false;
    }
    boolean isNew = logged.add(source + " " + sanitized(value));
    if (isNew && logged.size() == MAX_LOGGED) {
      LOG.warn("{} prefixes have been logged; others will not be", MAX_LOGGED);
    }
    return isNew;
  }

  private static String sanitized(String value) {
    String cut = value.length() <= MAX_LENGTH ? value : value.substring(0, MAX_LENGTH) + "…";
    return TextSanitizer.oneLine(cut);
  }
}
