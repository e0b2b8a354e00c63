/**
 * The filter inside the History Server's own JVM: its catalog and its access control over Spark's
 * own classes. What is used of them has the same signatures from Spark 3.5 to 4.2, on both Scala
 * versions.
 */
package io.sparklive.plugin;
