// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import io.sparklive.spi.HostEnvironment;
import jakarta.servlet.ServletContext;

/** Detects a servlet context by the attribute that a {@link HistoryServerPlan} sets in it. */
public final class AttributeEnvironment implements HostEnvironment {
  /** The attribute with the detection of a servlet context, in place of Spark's own attribute. */
  public static final String DETECTION = "io.sparklive.harness.detection";

  /** The service loader calls this. */
  public AttributeEnvironment() {}

  @Override
  public Detection detect(ServletContext context) {
    Object detection = context.getAttribute(DETECTION);
    return detection == null ? new Undetermined() : (Detection) detection;
  }
}
