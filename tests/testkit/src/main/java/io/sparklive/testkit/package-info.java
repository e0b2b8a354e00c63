/**
 * Real Spark for the tests: History Servers, drivers and event logs of every version under test.
 * The packages below stand in for what is not Spark.
 *
 * <p>A test names a {@link io.sparklive.testkit.SparkVersion} and gets processes in JVMs of their
 * own, with the jars that Maven resolves for that version and nothing from the test's own class
 * path. Everything they write lies under the module's {@code target}; every process ends with the
 * JVM that started it, however that one ends.
 */
package io.sparklive.testkit;
