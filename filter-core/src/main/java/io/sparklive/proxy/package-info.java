/**
 * The way to the driver: a request for a live page or a live REST answer comes in, the driver's
 * answer goes out, both streaming.
 *
 * <p>A driver is a user's program and a browser is somebody's, so what crosses is what is known to
 * be safe: a list of headers each way, and paths that {@link io.sparklive.routing.Routes} has read.
 */
package io.sparklive.proxy;
