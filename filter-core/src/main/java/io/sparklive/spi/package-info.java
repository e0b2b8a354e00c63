/**
 * What a host environment implements, and the only API for the plugin and the WAR besides the
 * values of {@link io.sparklive.application}: where the filter runs, the History Server's catalog
 * and access control, its static files, and the parameters as texts. The filter finds the
 * implementation of {@link io.sparklive.spi.HostEnvironment} by {@link java.util.ServiceLoader}.
 */
package io.sparklive.spi;
