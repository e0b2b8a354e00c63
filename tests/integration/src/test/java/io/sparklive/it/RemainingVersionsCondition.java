// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it;

import io.sparklive.testkit.SparkVersion;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips all tests if other executions of the build have run all versions. */
public final class RemainingVersionsCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return SparkVersion.underTest().isEmpty()
        ? ConditionEvaluationResult.disabled("other executions run it with all versions")
        : ConditionEvaluationResult.enabled("with " + SparkVersion.underTest());
  }
}
