package io.sparklive.harness;

import io.sparklive.Surroundings;
import jakarta.servlet.ServletContext;

/** Recognises a servlet context by the attribute that a {@link HistoryServerPlan} gives it. */
public final class AttributeSurroundings implements Surroundings {
  /** Where the filter finds what a servlet context shows, in place of Spark's own attribute. */
  public static final String RECOGNITION = "io.sparklive.harness.recognition";

  /** Made by the service loader. */
  public AttributeSurroundings() {}

  @Override
  public Recognition recognise(ServletContext context) {
    Object recognition = context.getAttribute(RECOGNITION);
    return recognition == null ? new Unclear() : (Recognition) recognition;
  }
}
