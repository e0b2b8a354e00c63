// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.war;

import io.sparklive.testkit.ContainerKind;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Disables, only behind the WAR, those tests of the plugin that depend on data that no WAR has. It
 * reports the reason. All executions of the build register it.
 */
public final class UnsupportedByWarCondition implements ExecutionCondition {
  private static final String ACCESS_LISTS =
      "the WAR cannot read the History Server's access control lists";
  private static final String NAMED_BEHIND =
      "its filter denies no request, and the WAR cannot read the user that it sets";

  private static final Map<String, String> REASONS =
      Map.of(
          "OidcIT#deniesOtherTeamsApplicationAndNamesPermittedUsers", ACCESS_LISTS,
          "OidcIT#killsOnlyForOwnerFromOwnLivePage", ACCESS_LISTS,
          "JwsFilterIT#reportsThatAclsRequireUser", ACCESS_LISTS,
          "OverviewJsonIT#hidesOverviewFromUnauthenticatedUser", NAMED_BEHIND);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return ContainerKind.inFront()
        .flatMap(war -> context.getTestMethod())
        .flatMap(UnsupportedByWarCondition::reason)
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("here"));
  }

  private static Optional<String> reason(Method test) {
    return Optional.ofNullable(
        REASONS.get(test.getDeclaringClass().getSimpleName() + "#" + test.getName()));
  }
}
