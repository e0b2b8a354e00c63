// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class TestsByTagTest {
  private static final List<String> RUNS = new ArrayList<>();

  @ParameterizedClass
  @ValueSource(strings = {"first", "second"})
  @Tag("a")
  @Tag("b")
  static class Parameterized {
    @Parameter String parameter;

    @Test
    void one() {
      RUNS.add("one " + parameter);
    }

    @Test
    @Tag("c")
    void two() {
      RUNS.add("two " + parameter);
    }
  }

  @Tag("a")
  static class Plain {
    @Test
    void one() {
      RUNS.add("plain");
    }
  }

  static class Untagged {
    @Test
    void one() {
      RUNS.add("untagged");
    }
  }

  @BeforeEach
  void forgetRuns() {
    RUNS.clear();
  }

  @Test
  void runsTestsWhoseTagsMatch() {
    run("a & !c", allClasses());
    assertThat(RUNS).containsExactly("one first", "one second", "plain");
    assertRuns("b & c", "two first", "two second");
    assertRuns("a & !b", "plain");
    assertRuns("!a", "untagged");
  }

  @Test
  void runsAllTestsWithoutExpression() {
    assertRuns("", "one first", "two first", "one second", "two second", "plain", "untagged");
  }

  @Test
  void runsSecondTryOfTestInParameterizedClass() {
    List<DiscoverySelector> failed =
        run("a & !c", allClasses()).stream()
            .filter(id -> id.contains("#2"))
            .<DiscoverySelector>map(id -> selectUniqueId(id))
            .toList();
    RUNS.clear();

    run("a & !c", failed);

    assertThat(RUNS).containsExactly("one second");
  }

  private static void assertRuns(String expression, String... runs) {
    RUNS.clear();
    run(expression, allClasses());
    assertThat(RUNS).containsExactly(runs);
  }

  private static List<DiscoverySelector> allClasses() {
    return List.of(
        selectClass(Parameterized.class), selectClass(Plain.class), selectClass(Untagged.class));
  }

  /** Runs tests with JUnit, and returns the unique ids of those that ran. */
  private static List<String> run(String expression, List<DiscoverySelector> selectors) {
    List<String> ids = new ArrayList<>();
    LauncherFactory.create(
            LauncherConfig.builder()
                .enablePostDiscoveryFilterAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .addPostDiscoveryFilters(new TestsByTag(expression))
                .build())
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectors).build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                assertThat(result.getThrowable()).isEmpty();
                if (test.isTest()) {
                  ids.add(test.getUniqueId());
                }
              }
            });
    return ids;
  }
}
