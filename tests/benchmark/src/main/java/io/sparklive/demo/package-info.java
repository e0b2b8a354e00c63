/**
 * The product to look at: {@code mvn -q -Pdemo verify} starts a real History Server with the
 * plugin, a completed application and a running one, and prints where to open it.
 */
package io.sparklive.demo;
