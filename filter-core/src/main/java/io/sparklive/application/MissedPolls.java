// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.time.Instant;

/**
 * Polls in a row without a response of the driver.
 *
 * @param since when the first of them began, on the clock of {@link Progress#asOf}
 * @param count the number of these polls
 */
public record MissedPolls(Instant since, int count) {
  MissedPolls next() {
    return new MissedPolls(since, count + 1);
  }
}
