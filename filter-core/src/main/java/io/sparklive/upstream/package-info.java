/**
 * Access to a History Server that runs elsewhere: a proxy for every request that the filter does
 * not handle itself, and a client for its pages and its REST API with the caller's credentials.
 * Only the WAR uses it. It is part of the shaded jar, as its classes use the relocated Jetty.
 */
@NullMarked
package io.sparklive.upstream;

import org.jspecify.annotations.NullMarked;
