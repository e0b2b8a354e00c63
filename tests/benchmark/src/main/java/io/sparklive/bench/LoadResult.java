// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

/**
 * The result of {@link Wrk} for one page. The names are those of its JSON.
 *
 * @param requests the number of responses
 * @param micros the duration in microseconds, from the first connection on
 * @param bytes of all responses together
 * @param failed the number of connections or requests that broke or timed out
 * @param refused the number of error responses
 * @param p50 the time in microseconds within which half of the requests had a response; wrk also
 *     counts requests that a slow response has delayed
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
