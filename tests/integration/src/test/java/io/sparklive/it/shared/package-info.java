/**
 * The History Servers and the drivers that read-only test classes of a JVM share. A test class
 * names the extension {@link io.sparklive.it.shared.SharedHistories}, takes it as a parameter and
 * gets a running {@link io.sparklive.it.shared.SharedHistory} of a version of Spark; JUnit closes
 * all of them after the last test.
 */
package io.sparklive.it.shared;
