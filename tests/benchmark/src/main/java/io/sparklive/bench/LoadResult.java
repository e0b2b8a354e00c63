// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

/**
 * What {@link Wrk} has seen of one page. The names are those of its JSON.
 *
 * @param requests how many were answered
 * @param micros how long it took, in microseconds, from the first connection on
 * @param bytes of all answers together
 * @param failed how many connections or requests broke or had no answer in time
 * @param refused how many answers were errors
 * @param p50 the time in microseconds within which half of the requests were answered; wrk counts
 *     those too that a slow answer has kept from being sent
 * @param p99 the same of 99 in 100
 * @param p999 the same of 999 in 1000
 */
record LoadResult(
    long requests,
    long micros,
    long bytes,
    long failed,
    long refused,
    double p50,
    double p99,
    double p999) {

  double perSecond() {
    return requests * 1e6 / micros;
  }
}
