// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import java.time.Duration;

/**
 * The time-outs and maximum numbers for requests that the filter forwards to drivers.
 *
 * @param connectTimeout how long to wait for a connection
 * @param responseTimeout how long a driver may send nothing, before its response and within it
 * @param connections how many connections to one driver are open at most
 * @param requests how many requests are forwarded at the same time, to all drivers together
 */
public record ProxyLimits(
    Duration connectTimeout, Duration responseTimeout, int connections, int requests) {}
