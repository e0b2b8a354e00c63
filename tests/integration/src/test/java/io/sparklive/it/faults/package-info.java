/**
 * Faults between a real History Server and its real drivers. Processes are killed, stopped and
 * replaced, connections break and stall, event logs arrive late or never.
 *
 * <p>During the faults a {@link io.sparklive.it.faults.ListPoller} requests the lists all the time.
 * At the end it fails if any application was missing, listed twice, or in the wrong list.
 */
package io.sparklive.it.faults;
