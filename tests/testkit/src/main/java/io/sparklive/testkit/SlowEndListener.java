// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;

/**
 * Takes three seconds at the end of an application, as a listener that reports to a remote service
 * may. Meanwhile the event log has its end and keeps its old name: Spark renames it after all
 * listeners have returned.
 */
public final class SlowEndListener extends SparkListener {
  private static final long MILLIS = 3000;

  @Override
  public void onApplicationEnd(SparkListenerApplicationEnd end) {
    try {
      Thread.sleep(MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
