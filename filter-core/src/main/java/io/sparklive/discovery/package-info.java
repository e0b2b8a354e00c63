/**
 * Finds running drivers and notices their end. Each source reports events to the registry, and does
 * nothing else.
 *
 * <p>{@link io.sparklive.discovery.StaticDrivers} polls the addresses from the settings. {@link
 * io.sparklive.discovery.ClientModeDrivers} finds drivers in client mode by hints from executor
 * pods and event logs. The package {@code kubernetes} watches pods. {@link
 * io.sparklive.discovery.HandoffPoller} polls the History Server's catalog for ended applications.
 * {@link io.sparklive.discovery.RepeatingProbe} repeats the requests of all of them.
 */
@NullMarked
package io.sparklive.discovery;

import org.jspecify.annotations.NullMarked;
