package io.sparklive.history;

import java.util.List;

/**
 * The fields that the entries of this History Server's list have beyond those of every Spark
 * version, each as JSON with an empty value of its type, such as {@code "logSourceName" : ""}.
 *
 * <p>They are learned from the running History Server, so that entries that the filter adds have
 * the same fields. The page needs them: with an application of several attempts in its table,
 * {@code historypage.js} of 4.2 stops with an alert at every row without {@code logSourceName}.
 *
 * @param ofApplication those of the application itself
 * @param ofAttempt those of each attempt
 */
public record EntryFields(List<String> ofApplication, List<String> ofAttempt) {
  /** Those of a History Server whose entries have no more fields than every version has. */
  public static final EntryFields NONE = new EntryFields(List.of(), List.of());

  public EntryFields {
    ofApplication = List.copyOf(ofApplication);
    ofAttempt = List.copyOf(ofAttempt);
  }
}
