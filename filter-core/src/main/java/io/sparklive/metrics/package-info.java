/**
 * What is counted of all that happens here: the rooms say what happened, and a Prometheus server
 * reads the sums. Nobody else knows Prometheus.
 *
 * <p>Labels come from enumerations and settings. None names an application, a user, a path that was
 * asked for or a driver's address.
 */
package io.sparklive.metrics;
