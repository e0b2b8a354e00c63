/**
 * Asks a driver's own REST API. An address comes in, what the driver says of itself goes out,
 * checked and bounded: a driver is a user's program.
 */
package io.sparklive.driver;
