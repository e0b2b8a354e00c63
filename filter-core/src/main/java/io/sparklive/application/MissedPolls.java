// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.time.Instant;

/**
 * Polls in a row without a response of the driver. Times are on the clock of {@link Progress#asOf}.
 *
 * @param since when the first of them began
 * @param until when the filter gave up the last of them
 * @param count the number of these polls
 */
public record MissedPolls(Instant since, Instant until, int count) {
  MissedPolls next(Instant end) {
    return new MissedPolls(since, end, count + 1);
  }
}
