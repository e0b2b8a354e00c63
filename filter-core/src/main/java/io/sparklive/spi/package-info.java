/**
 * What the environment of the filter, the plugin or the WAR, implements or hands to the filter,
 * such as the filter's parameters as texts.
 */
package io.sparklive.spi;
