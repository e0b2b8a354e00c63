package io.sparklive.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each prefix that cannot work once. Clients can send any header, so only the first values are
 * logged, and not in their full length.
 *
 * <p>Thread-safe.
 */
public final class PrefixWarnings {
  private static final Logger LOG = LoggerFactory.getLogger(PrefixWarnings.class);
  private static final int MOST = 16;
  private static final int LONGEST = 200;

  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  /** A value that is no path. */
  void notUnderstood(String source, String value) {
    if (remember(source, value)) {
      LOG.warn(
          "Prefix ignored: {} is \"{}\"; a prefix is a path such as /spark-history, whose segments"
              + " have the characters of RFC 3986, section 3.3",
          source,
          shown(value));
    }
  }

  /** A path that Spark's own scripts misread. */
  void misleading(String source, String value, String segment) {
    if (remember(source, value)) {
      LOG.warn(
          "Prefix used, but some tables of Spark's pages stay empty: {} is \"{}\", and Spark's"
              + " scripts read the segment after \"{}\" as the id of the application",
          source,
          shown(value),
          segment);
    }
  }

  private boolean remember(String source, String value) {
    if (logged.size() >= MOST) {
      return false;
    }
    boolean isNew = logged.add(source + " " + shown(value));
    if (isNew && logged.size() == MOST) {
      LOG.warn("{} prefixes have been logged; others will not be", MOST);
    }
    return isNew;
  }

  private static String shown(String value) {
    String cut = value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "…";
    return TextSanitizer.oneLine(cut);
  }
}
