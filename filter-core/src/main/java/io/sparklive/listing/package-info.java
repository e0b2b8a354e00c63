/**
 * Our entries in the History Server's list: in its REST answer as it streams, and on its home page.
 *
 * <p>What the History Server knows it lists itself, once, and nothing is added. What it does not
 * know is added here: ended applications as completed, before its own; running ones after them.
 */
package io.sparklive.listing;
