/**
 * Building blocks for work that runs at the same time or is repeated: delays, limits, caches and
 * threads. Nothing here depends on Spark, HTTP or another package.
 */
@NullMarked
package io.sparklive.concurrent;

import org.jspecify.annotations.NullMarked;
