/**
 * The door of Spark Live History: the filter that the History Server is given, the one runtime that
 * all its instances share, and their settings.
 *
 * <p>A request comes in, {@link io.sparklive.routing.Routes} says what it asks for, {@link
 * io.sparklive.routing.ApplicationDecision} what it gets, {@link io.sparklive.access.Access}
 * whether it may, and one room answers it; everything else goes on untouched.
 */
package io.sparklive;
