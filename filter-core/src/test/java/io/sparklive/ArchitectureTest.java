// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks the layers of {@code docs/architecture.md} and the rules for names and dependencies. */
@AnalyzeClasses(
    packages = "io.sparklive",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.WithoutTestKit.class})
class ArchitectureTest {
  private static final String ROOT = "io.sparklive";

  /** The test kit is on the class path of the tests, but part of no jar. */
  static final class WithoutTestKit implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/io/sparklive/testkit/");
    }
  }

  private static final Set<String> FOUNDATION =
      Set.of(
          "access",
          "application",
          "concurrent",
          "config",
          "http",
          "kubernetes",
          "metrics",
          "network",
          "pages",
          "routing",
          "spi");

  private static final Set<String> FEATURES =
      Set.of("discovery", "driver", "listing", "logs", "overview", "proxy", "upstream");

  /** Every package, with the packages that it may use. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          entry("application", Set.of("http")),
          entry("concurrent", Set.of()),
          entry("network", Set.of()),
          entry("http", Set.of("concurrent")),
          entry("spi", Set.of("application", "http")),
          entry("config", Set.of("application", "http", "network", "spi")),
          entry("kubernetes", Set.of("config", "http")),
          entry("metrics", Set.of("application")),
          entry("access", Set.of("application", "concurrent", "http", "spi")),
          entry("routing", Set.of("application", "http", "spi")),
          entry("pages", Set.of("application", "http", "routing", "spi")),
          entry("driver", FOUNDATION),
          entry("listing", FOUNDATION),
          entry("logs", FOUNDATION),
          entry("proxy", FOUNDATION),
          entry("upstream", FOUNDATION),
          entry("discovery", union(FOUNDATION, Set.of("driver"))),
          entry("overview", union(FOUNDATION, Set.of("driver"))),
          entry("web", union(FOUNDATION, FEATURES)),
          entry("runtime", union(FOUNDATION, FEATURES, Set.of("web"))));

  @SafeVarargs
  private static Set<String> union(Set<String>... sets) {
    Set<String> all = new TreeSet<>();
    for (Set<String> set : sets) {
      all.addAll(set);
    }
    return all;
  }

  @ArchTest
  static void packagesUseOnlyAllowedPackages(JavaClasses classes) {
    ALLOWED.forEach(
        (name, allowed) -> {
          Set<String> others = new TreeSet<>(ALLOWED.keySet());
          others.remove(name);
          others.removeAll(allowed);
          noClasses()
              .that()
              .resideInAPackage(ROOT + "." + name + "..")
              .should()
              .dependOnClassesThat(
                  DescribedPredicate.or(
                      resideInAnyPackage(ROOT),
                      resideInAnyPackage(
                          others.stream()
                              .map(other -> ROOT + "." + other + "..")
                              .toArray(String[]::new))))
              .check(classes);
        });
  }

  @ArchTest
  static final ArchRule ROOT_PACKAGE_HOLDS_ONLY_THE_FILTER =
      classes()
          .that()
          .resideInAPackage(ROOT)
          .and()
          .doNotHaveSimpleName("package-info")
          .should()
          .haveSimpleName("LiveHistoryFilter");

  @ArchTest
  static final ArchRule EVERY_CLASS_IS_IN_A_KNOWN_PACKAGE =
      classes()
          .should()
          .resideInAnyPackage(
              java.util.stream.Stream.concat(
                      java.util.stream.Stream.of(ROOT),
                      ALLOWED.keySet().stream().map(name -> ROOT + "." + name + ".."))
                  .toArray(String[]::new));

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.sparklive.(*)..").should().beFreeOfCycles();

  @ArchTest static final ArchRule CLASSES_LOG_BY_SLF4J = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest static final ArchRule CLASSES_PRINT_NOTHING = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule NAMES_SAY_THE_PURPOSE =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Common)")
          .because("such a name does not say what the class is for");

  @ArchTest
  static final ArchRule ONLY_METRICS_USE_PROMETHEUS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.prometheus..");

  @ArchTest
  static final ArchRule NO_CLASS_USES_SPARK =
      noClasses()
          .should()
          .dependOnClassesThat(
              DescribedPredicate.<JavaClass>describe(
                  "are part of Spark or Scala",
                  c ->
                      c.getPackageName().startsWith("org.apache.spark")
                          || c.getPackageName().startsWith("scala")))
          .because("the same filter runs in front of a History Server in another JVM");
}
