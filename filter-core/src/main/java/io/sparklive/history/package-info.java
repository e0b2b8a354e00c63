/**
 * The status of applications in the History Server's catalog: the second source beside discovery.
 *
 * <p>The plugin queries the History Server in its own JVM, the WAR sends HTTP requests.
 */
package io.sparklive.history;
