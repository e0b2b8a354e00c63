/**
 * Merges applications into the History Server's list. The applications of the registry and the
 * History Server's response come in: its REST response while it streams, or its home page. Out goes
 * the response in which each application is listed exactly once.
 *
 * <p>The History Server lists the applications of its catalog itself. The filter adds the others:
 * ended applications as completed, before the History Server's own entries; running applications
 * after them.
 */
@NullMarked
package io.sparklive.listing;

import org.jspecify.annotations.NullMarked;
