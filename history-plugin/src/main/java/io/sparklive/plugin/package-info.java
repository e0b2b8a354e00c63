/**
 * The filter in the History Server's own JVM: the implementation of {@link io.sparklive.spi} over
 * Spark's classes. A servlet context of Spark comes in; the History Server's catalog, access
 * control and settings go out. All used members have the same signatures from Spark 3.5 to 4.2, on
 * both Scala versions.
 */
@NullMarked
package io.sparklive.plugin;

import org.jspecify.annotations.NullMarked;
