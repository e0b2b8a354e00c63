/**
 * The WAR in a stock servlet container in front of a real History Server: its differences from the
 * plugin.
 */
package io.sparklive.it.war;
