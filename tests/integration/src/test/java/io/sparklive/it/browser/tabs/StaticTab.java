// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser.tabs;

import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * A plugin that serves the directory {@code tab} of the class path at {@link #PATH}, as DataFlint
 * does. The same bytecode runs with Scala 2.12 and 2.13.
 */
public final class StaticTab implements SparkPlugin {
  /** The path of the files. */
  public static final String PATH = "/dataflint";

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext context, PluginContext plugin) {
        context.ui().get().addStaticHandler("tab", PATH);
        return Map.of();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return null;
  }
}
