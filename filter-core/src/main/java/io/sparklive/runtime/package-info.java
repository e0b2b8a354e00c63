/**
 * Life cycle and wiring: one runtime for all filter instances of a JVM, which the first instance
 * starts and the last one stops. Settings come in; only this package makes threads, HTTP clients
 * and handlers of them. A handler for all requests goes out.
 */
@NullMarked
package io.sparklive.runtime;

import org.jspecify.annotations.NullMarked;
