/**
 * Tests of the test kit with real processes, and of the behaviour of Spark that it relies on. The
 * latter run with {@code -Dits=all}, when a version of Spark changes.
 */
package io.sparklive.it.kit;
