// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import java.util.List;

/**
 * The JSON fields of an entry in this History Server's list that not every Spark version has. Each
 * has an empty value of its type, such as {@code "logSourceName" : ""}.
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
