/**
 * What a host environment implements, and the main API of the plugin and the WAR: where the filter
 * runs, the History Server's catalog and access control, its static files, and the parameters as
 * texts. The filter finds the implementation of {@link io.sparklive.spi.HostEnvironment} by {@link
 * java.util.ServiceLoader}.
 */
@NullMarked
package io.sparklive.spi;

import org.jspecify.annotations.NullMarked;
