/**
 * The filter that users install in the History Server. Each request of a browser or client comes
 * in; it goes out to the router in {@link io.sparklive.web}, or unchanged to any UI that is not a
 * History Server's.
 */
@NullMarked
package io.sparklive;

import org.jspecify.annotations.NullMarked;
