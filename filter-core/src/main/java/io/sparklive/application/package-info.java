/**
 * What is known of running applications: the values, their life, and the registry that decides it.
 *
 * <p>Sightings come in from discovery, one writer applies them, and every room reads immutable
 * snapshots. Nothing in here has a clock, a thread or a network of its own.
 */
package io.sparklive.application;
