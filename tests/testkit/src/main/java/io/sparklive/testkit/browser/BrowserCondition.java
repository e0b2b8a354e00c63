// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips tests if their browser is not installed, and fails them then in CI. */
final class BrowserCondition {
  private BrowserCondition() {}

  static ConditionEvaluationResult evaluate(
      ExtensionContext context, boolean isInstalled, String howToInstall) {
    if (isInstalled) {
      return ConditionEvaluationResult.enabled("The browser is installed");
    }
    if (System.getenv("CI") != null) {
      throw new IllegalStateException(howToInstall);
    }
    // Maven reports the number of skipped tests, not the reason.
    System.out.printf("%s is skipped. %s%n", context.getDisplayName(), howToInstall);
    return ConditionEvaluationResult.disabled(howToInstall);
  }
}
