// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts the browser when the first test of a JVM needs it; JUnit closes it after the last one. At
 * the end of each test it checks all browsers for errors, see {@link BrowserLog}.
 */
public final class ChromiumExtension
    implements ExecutionCondition, ParameterResolver, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(ChromiumExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return BrowserCondition.evaluate(
        context, Installation.find().isPresent(), Installation.HOW_TO_INSTALL);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    BrowserLog.endOfTest(context.getExecutionException().isEmpty());
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Chromium.class;
  }

  @Override
  public Chromium resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // Not the root's store: Surefire's forks run each test class by itself, in one session.
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .getOrComputeIfAbsent(
            Chromium.class,
            type -> Chromium.start(Installation.find().orElseThrow()),
            Chromium.class);
  }
}
