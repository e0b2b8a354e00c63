/**
 * Routing: which resource a request names, and how a request for an application is handled. Paths
 * come in through {@link io.sparklive.routing.Routes}, the only parser of them; an {@link
 * io.sparklive.routing.ApplicationDecision} goes out. {@link io.sparklive.routing.Links} is the
 * only class that builds links.
 */
@NullMarked
package io.sparklive.routing;

import org.jspecify.annotations.NullMarked;
