/**
 * Building blocks for concurrent and repeated work: limits, delays, clocks and caches. Nothing here
 * depends on Spark, HTTP or another package.
 */
@NullMarked
package io.sparklive.concurrent;

import org.jspecify.annotations.NullMarked;
