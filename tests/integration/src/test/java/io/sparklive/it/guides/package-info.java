/**
 * Compares the guides with the product: their commands are run, their settings read by the
 * product's own reader, their objects parsed, their links followed.
 */
package io.sparklive.it.guides;
