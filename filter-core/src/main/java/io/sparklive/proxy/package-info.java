/**
 * Forwards requests to drivers. A request for a live page or a live REST response comes in, and the
 * driver's response goes out; both are streamed.
 *
 * <p>A driver is a user's program, so only safe parts are forwarded: the headers of an allow list
 * in each direction, and paths that {@link io.sparklive.routing.Routes} accepts.
 */
@NullMarked
package io.sparklive.proxy;

import org.jspecify.annotations.NullMarked;
