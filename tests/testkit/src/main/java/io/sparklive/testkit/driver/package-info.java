/**
 * Fake Spark drivers for tests, without Spark: a test sets how they respond, and reads which
 * requests they received.
 *
 * <p>{@link io.sparklive.testkit.driver.FakeDriver} is one driver on plain sockets, so that it can
 * also fail as no HTTP server would. {@link io.sparklive.testkit.driver.FakeDrivers} are thousands
 * on one thread. Both send the same list, entry and environment of a {@link
 * io.sparklive.testkit.driver.RunningApplication}.
 */
package io.sparklive.testkit.driver;
