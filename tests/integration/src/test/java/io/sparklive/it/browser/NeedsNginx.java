// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import io.sparklive.testkit.Nginx;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests that need {@link Nginx}. They are skipped if it is not installed, and fail then if the
 * environment variable {@code CI} is set.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsNginx.Condition.class)
@interface NeedsNginx {

  /** Whether nginx is installed. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Nginx.find().isPresent()) {
        return ConditionEvaluationResult.enabled("nginx is installed");
      }
      if (System.getenv("CI") != null) {
        throw new IllegalStateException(Nginx.HOW_TO_INSTALL);
      }
      // Maven reports the number of skipped tests, not the reason.
      System.out.printf("%s is skipped. %s%n", context.getDisplayName(), Nginx.HOW_TO_INSTALL);
      return ConditionEvaluationResult.disabled(Nginx.HOW_TO_INSTALL);
    }
  }
}
