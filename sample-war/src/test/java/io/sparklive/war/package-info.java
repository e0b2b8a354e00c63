/**
 * The WAR in stock servlet containers. The build runs these tests, and the plugin's own, once in
 * each container.
 */
package io.sparklive.war;
