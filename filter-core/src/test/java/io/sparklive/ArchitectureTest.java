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

/** Holds the floors of the house, see {@code package-info} of this package. */
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

  private static final Set<String> GROUND_FLOOR =
      Set.of(
          "application",
          "history",
          "access",
          "metrics",
          "routing",
          "pages",
          "config",
          "network",
          "turns",
          "concurrent");

  /** Every room and every part of the ground floor, with the parts it may know. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          entry("application", Set.of()),
          entry("history", Set.of("application")),
          entry("access", Set.of("application", "routing")),
          entry("config", Set.of("application", "network")),
          entry("network", Set.of()),
          entry("spi", Set.of("config")),
          entry("turns", Set.of()),
          entry("concurrent", Set.of()),
          entry("metrics", Set.of("application")),
          entry("routing", Set.of("application", "history")),
          entry("pages", Set.of("routing", "application", "history")),
          entry("listing", GROUND_FLOOR),
          entry("proxy", GROUND_FLOOR),
          entry("overview", GROUND_FLOOR),
          entry("driver", GROUND_FLOOR),
          entry("discovery", and(GROUND_FLOOR, "driver")),
          entry("web", and(GROUND_FLOOR, "listing", "proxy", "overview", "discovery", "driver")));

  private static Set<String> and(Set<String> parts, String... others) {
    Set<String> all = new TreeSet<>(parts);
    all.addAll(Set.of(others));
    return all;
  }

  @ArchTest
  static void eachPartKnowsOnlyWhatItMay(JavaClasses house) {
    MAY_KNOW.forEach(
        (part, known) -> {
          Set<String> others = new TreeSet<>(MAY_KNOW.keySet());
          others.remove(part);
          others.removeAll(known);
          noClasses()
              .that()
              .resideInAPackage(ROOT + "." + part + "..")
              .should()
              .dependOnClassesThat(
                  DescribedPredicate.or(
                      resideInAnyPackage(ROOT),
                      resideInAnyPackage(
                          others.stream()
                              .map(other -> ROOT + "." + other + "..")
                              .toArray(String[]::new))))
              .check(house);
        });
  }

  @ArchTest
  static final ArchRule EVERY_CLASS_HAS_A_PLACE_IN_THE_HOUSE =
      classes()
          .should()
          .resideInAnyPackage(
              java.util.stream.Stream.concat(
                      java.util.stream.Stream.of(ROOT),
                      MAY_KNOW.keySet().stream().map(part -> ROOT + "." + part + ".."))
                  .toArray(String[]::new));

  @ArchTest
  static final ArchRule NO_PART_KNOWS_ITSELF_THROUGH_ANOTHER =
      slices().matching("io.sparklive.(*)..").should().beFreeOfCycles();

  @ArchTest static final ArchRule ONE_WAY_TO_LOG = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest static final ArchRule NOBODY_PRINTS = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule A_CLASS_IS_NAMED_FOR_WHAT_IT_IS =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Common)")
          .because("that usually means that the thing has not been found yet");

  @ArchTest
  static final ArchRule ONLY_METRICS_KNOW_PROMETHEUS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.prometheus..");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_SPARK =
      noClasses()
          .should()
          .dependOnClassesThat(
              DescribedPredicate.<JavaClass>describe(
                  "are Spark's or Scala's",
                  c ->
                      c.getPackageName().startsWith("org.apache.spark")
                          || c.getPackageName().startsWith("scala")))
          .because("the same filter stands in front of a History Server that runs elsewhere");
}
