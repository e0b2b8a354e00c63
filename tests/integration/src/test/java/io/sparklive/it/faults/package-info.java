/**
 * What goes wrong between a History Server and its drivers, done to real ones: processes that are
 * killed, stopped and replaced, connections that are cut and stalled, event logs that come late or
 * never.
 *
 * <p>While a test does harm, a {@link io.sparklive.it.faults.ListPoller} looks at the lists all the
 * time, and in the end says whether any application was missing, twice, or in the wrong one.
 */
package io.sparklive.it.faults;
