// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A released version of Spark, such as {@code 4.0.2}; ordered from old to new.
 *
 * @param name major, minor and patch number, separated by dots
 */
public record SparkVersion(String name) implements Comparable<SparkVersion> {

  private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");
  private static final Comparator<SparkVersion> OLD_TO_NEW =
      Comparator.comparingInt((SparkVersion version) -> version.number(1))
          .thenComparingInt(version -> version.number(2))
          .thenComparingInt(version -> version.number(3));

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if it is not three numbers
   */
  public SparkVersion {
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException("Not a Spark version such as 4.0.2: " + name);
    }
  }

  /**
   * The versions for the tests: {@linkplain #all() all}, without those in the system property
   * {@code sparklive.spark.versions.done}, which run in another execution. A source for JUnit's
   * {@code @MethodSource}.
   */
  public static List<SparkVersion> underTest() {
    return withoutDone(all());
  }

  /**
   * The oldest and the newest of all versions, without those that are done. For tests that depend
   * on drivers and discovery more than on the History Server, and take long. A source for JUnit's
   * {@code @MethodSource}.
   */
  public static List<SparkVersion> ends() {
    return withoutDone(
        Stream.of(all().stream().min(Comparator.naturalOrder()).orElseThrow(), newest())
            .distinct()
            .toList());
  }

  /**
   * The newest of all versions, unless it is done. For tests that depend on the filter, the browser
   * or the network, and take long. A source for JUnit's {@code @MethodSource}.
   */
  public static List<SparkVersion> newestUnderTest() {
    return withoutDone(List.of(newest()));
  }

  /** The newest of all versions. */
  public static SparkVersion newest() {
    return all().stream().max(Comparator.naturalOrder()).orElseThrow();
  }

  /**
   * All versions, also those that are done: for drivers of every version on one History Server.
   * They are those {@linkplain #named named} in {@code sparklive.spark.versions}.
   */
  public static List<SparkVersion> all() {
    return named("sparklive.spark.versions");
  }

  /**
   * The versions in a system property (a comma list), in its order, and those of the distributions
   * in {@code sparklive.spark.homes}.
   *
   * @throws IllegalStateException if both properties name none
   */
  public static List<SparkVersion> named(String property) {
    Stream<SparkVersion> ofHomes = SparkHome.named().stream().map(SparkHome::version);
    List<SparkVersion> all =
        Stream.concat(listed(System.getProperty(property, "")), ofHomes).distinct().toList();
    if (all.isEmpty()) {
      throw new IllegalStateException(
          "The system properties "
              + property
              + " and sparklive.spark.homes name no version of"
              + " Spark; the module's pom.xml shows how");
    }
    return all;
  }

  private static List<SparkVersion> withoutDone(List<SparkVersion> versions) {
    List<SparkVersion> done =
        listed(System.getProperty("sparklive.spark.versions.done", "")).toList();
    return versions.stream().filter(version -> !done.contains(version)).toList();
  }

  private static Stream<SparkVersion> listed(String commaList) {
    return Arrays.stream(commaList.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .map(SparkVersion::new);
  }

  /** Major and minor number: {@code 4.0} of {@code 4.0.2}. */
  public String line() {
    return number(1) + "." + number(2);
  }

  /** The Scala version of this version's artifacts: 2.12 for Spark 3, else 2.13. */
  public String scalaBinary() {
    return isSpark3() ? "2.12" : "2.13";
  }

  /**
   * The plugin's jar for this version, as the build made it.
   *
   * @throws IllegalStateException if it has not been built
   */
  public Path pluginJar() {
    Path jar = Path.of(BuildSetting.of(isSpark3() ? "sparklive.jar.spark3" : "sparklive.jar"));
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException("The plugin's jar is not there, run mvn package: " + jar);
    }
    return jar.toAbsolutePath();
  }

  @Override
  public int compareTo(SparkVersion other) {
    return OLD_TO_NEW.compare(this, other);
  }

  @Override
  public String toString() {
    return name;
  }

  private boolean isSpark3() {
    return number(1) == 3;
  }

  private int number(int group) {
    Matcher numbers = FORM.matcher(name);
    return numbers.matches() ? Integer.parseInt(numbers.group(group)) : 0;
  }
}
