/**
 * Metrics of the filter. Other packages report events, and a Prometheus server reads the sums. No
 * other package depends on Prometheus.
 *
 * <p>Labels come from enumerations and settings. No label names an application, a user, a requested
 * path or the address of a driver.
 */
@NullMarked
package io.sparklive.metrics;

import org.jspecify.annotations.NullMarked;
