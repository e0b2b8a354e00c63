/**
 * The WAR in a stock servlet container in front of a real History Server: what it does otherwise
 * than the plugin.
 */
package io.sparklive.it.war;
