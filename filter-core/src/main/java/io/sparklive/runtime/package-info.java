/**
 * Life cycle and wiring: one runtime for all filter instances of a JVM, which the first instance
 * starts and the last one stops. Nothing else in this product creates threads, HTTP clients and
 * handlers from settings.
 */
package io.sparklive.runtime;
