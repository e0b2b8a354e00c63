// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The order of the subjects in each round: no subject is always first. */
final class SubjectRotation {
  private SubjectRotation() {}

  /** The same subjects in another order each round. */
  static <T> List<T> inRound(int round, List<T> subjects) {
    List<T> turns = new ArrayList<>(subjects);
    Collections.rotate(turns, -round);
    return turns;
  }
}
