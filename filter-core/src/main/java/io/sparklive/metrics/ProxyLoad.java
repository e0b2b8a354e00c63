// SPDX-License-Identifier: Apache-2.0
package io.sparklive.metrics;

/**
 * Current load of the proxy.
 *
 * @param requests how many requests are being forwarded to drivers
 * @param active how many connections to drivers are in use
 * @param idle how many connections to drivers are open but not in use
 */
public record ProxyLoad(int requests, int active, int idle) {}
