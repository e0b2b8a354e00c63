/**
 * A demonstration of the product. {@code mvn -q -Pdemo verify} starts a real History Server with
 * the plugin, a completed application and a running one. It prints the address.
 */
package io.sparklive.demo;
