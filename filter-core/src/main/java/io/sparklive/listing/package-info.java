/**
 * Merges applications into the History Server's list: into its REST response while it streams, and
 * into its home page.
 *
 * <p>The History Server lists the applications of its catalog itself, once. The filter adds the
 * others: ended applications as completed, before the History Server's own entries; running
 * applications after them.
 */
package io.sparklive.listing;
