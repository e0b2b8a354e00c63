// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import io.sparklive.spi.HostEnvironment;
import jakarta.servlet.ServletContext;

/** Recognises a servlet context by the attribute that a {@link HistoryServerPlan} gives it. */
public final class AttributeEnvironment implements HostEnvironment {
  /** Where the filter finds what a servlet context shows, in place of Spark's own attribute. */
  public static final String DETECTION = "io.sparklive.harness.recognition";

  /** Made by the service loader. */
  public AttributeEnvironment() {}

  @Override
  public Detection detect(ServletContext context) {
    Object detection = context.getAttribute(DETECTION);
    return detection == null ? new Undetermined() : (Detection) detection;
  }
}
