/**
 * Real Spark for the tests: History Servers, drivers and event logs of every version under test.
 * The packages below contain stand-ins for everything else.
 *
 * <p>A test names a {@link io.sparklive.testkit.SparkVersion} and gets processes in JVMs of their
 * own, with the jars that Maven resolves for that version. Nothing from the test's own class path
 * is on theirs. Everything they write is under the module's {@code target}. Every process ends with
 * the JVM that started it, however that one ends.
 */
package io.sparklive.testkit;
