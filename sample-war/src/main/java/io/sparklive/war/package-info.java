/**
 * The filter in a servlet container of its own, in front of a History Server that cannot be
 * changed: what the plugin knows of the History Server in its JVM is asked over HTTP here, with the
 * credentials of whoever asks, and what lies behind the filter is a proxy.
 */
package io.sparklive.war;
