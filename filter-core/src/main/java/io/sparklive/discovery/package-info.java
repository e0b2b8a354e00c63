/**
 * Finds drivers, and sees them go: every source tells the registry what it saw, and nothing else.
 *
 * <p>Addresses from the settings are asked in turn ({@link io.sparklive.discovery.StaticDrivers});
 * drivers in client mode are looked for where somebody says that they are ({@link
 * io.sparklive.discovery.ClientModeDrivers}); {@code kubernetes} watches pods; the History Server's
 * catalog is the second witness ({@link io.sparklive.discovery.HandoffPoller}).
 */
package io.sparklive.discovery;
