/**
 * What a request asks for, and what it gets. {@link io.sparklive.routing.Routes} is the only place
 * that reads a path, {@link io.sparklive.routing.Links} the only one that writes one, and {@link
 * io.sparklive.routing.Answer} is the table of answers.
 */
package io.sparklive.routing;
