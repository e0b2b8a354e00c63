package io.sparklive.metrics;

/**
 * What the proxy is busy with.
 *
 * @param requests how many requests it is passing on
 * @param active how many connections to drivers carry a request
 * @param idle how many connections to drivers are open for the next one
 */
public record ProxyLoad(int requests, int active, int idle) {}
