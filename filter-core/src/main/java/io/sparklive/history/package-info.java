/**
 * What the History Server itself knows of an application: the second witness beside discovery.
 *
 * <p>The plugin asks the History Server in its own JVM, the WAR asks over HTTP.
 */
package io.sparklive.history;
