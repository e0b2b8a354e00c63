/**
 * Main classes of the servlet containers in which the WAR is tested. Each runs in a process of its
 * own, which {@link io.sparklive.testkit.ServletContainer} starts; {@code -Pwar} runs Jetty's.
 */
package io.sparklive.testkit.container;
