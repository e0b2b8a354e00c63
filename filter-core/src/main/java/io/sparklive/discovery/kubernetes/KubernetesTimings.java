// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import java.time.Duration;

/**
 * Intervals and timeouts of discovery in a cluster. Production uses {@link #DEFAULT}, tests use
 * shorter ones.
 *
 * @param configurationRetry how long after a failure the configuration is read again
 * @param minBackOff the shortest time between two requests of a watch
 * @param maxBackOff the longest wait after failures
 * @param responseTimeout how long the API server may take to begin a response
 * @param readTimeout how long a response over HTTP/1.1 may pause
 * @param tokenRefresh how long a token is used before it is read again, in whole seconds
 * @param driverPoll how often a driver that has just started is polled
 */
record KubernetesTimings(
    Duration configurationRetry,
    Duration minBackOff,
    Duration maxBackOff,
    Duration responseTimeout,
    Duration readTimeout,
    Duration tokenRefresh,
    Duration driverPoll) {

  // A paused server accepts connections and does not respond: readTimeout and responseTimeout
  // together detect that within 30 seconds. Tokens of cloud providers live for a quarter of an hour
  // and more. A driver needs some seconds until its UI listens.
  static final KubernetesTimings DEFAULT =
      new KubernetesTimings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(8),
          Duration.ofSeconds(20),
          Duration.ofMinutes(1),
          Duration.ofSeconds(1));
}
