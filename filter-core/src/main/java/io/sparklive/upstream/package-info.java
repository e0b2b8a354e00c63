/**
 * The way to a History Server that runs elsewhere: a proxy for everything that the filter does not
 * handle itself, and a client for its pages and its REST API with the caller's credentials. Only
 * the WAR uses it. It is part of the shaded jar, as its classes use the relocated Jetty.
 */
package io.sparklive.upstream;
