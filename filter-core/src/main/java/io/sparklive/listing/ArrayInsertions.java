// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import java.util.List;

/**
 * Decides which entries a {@link JsonArraySplicer} writes into an array. The splicer calls the
 * methods in the order of their declaration, on one thread.
 */
interface ArrayInsertions {
  /**
   * Called once, with the first bracket.
   *
   * @return the entries to write before the array's own
   */
  List<byte[]> atStart();

  /**
   * Called at the beginning of each entry of the array.
   *
   * @return whether {@link #onEntry} needs the id of this entry; if not, it needs no later id
   *     either, and the splicer may pass the rest of the array on unparsed
   */
  boolean beforeEntry();

  /** Called at the end of each entry whose id is needed, if the entry has one. */
  void onEntry(String id);

  /**
   * Called once, with the last bracket; never for an incomplete array.
   *
   * @return the entries to write after the array's own
   */
  List<byte[]> atEnd();
}
