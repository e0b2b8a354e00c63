package io.sparklive.spi;

import java.util.List;

/**
 * The fields of the entries of this History Server's list beyond those of every Spark version. Each
 * is JSON with an empty value of its type, such as {@code "logSourceName" : ""}.
 *
 * <p>The filter reads them from the running History Server, so that the entries that it adds have
 * the same fields. The page needs them: with an application of several attempts in its table,
 * {@code historypage.js} of 4.2 stops with an alert at every row without {@code logSourceName}.
 *
 * @param ofApplication the fields of the application itself
 * @param ofAttempt the fields of each attempt
 */
public record EntryFields(List<String> ofApplication, List<String> ofAttempt) {
  /** No fields beyond those of every version. */
  public static final EntryFields NONE = new EntryFields(List.of(), List.of());

  public EntryFields {
    ofApplication = List.copyOf(ofApplication);
    ofAttempt = List.copyOf(ofAttempt);
  }
}
