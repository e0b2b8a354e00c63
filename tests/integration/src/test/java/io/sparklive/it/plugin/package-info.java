/**
 * The plugin in real History Servers of each version under test: lists, live UIs, REST, Kubernetes,
 * and the life of an application. Classes with the tag {@code war} run through the WAR as well.
 */
package io.sparklive.it.plugin;
