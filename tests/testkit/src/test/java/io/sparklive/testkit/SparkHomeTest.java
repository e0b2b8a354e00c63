// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kit")
class SparkHomeTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "spark-core_2.12-3.5.9.jar, 3.5.9, 2.12",
    "spark-core_2.13-4.0.5.jar, 4.0.5, 2.13",
    "spark-core_2.13-4.3.0.jar, 4.3.0, 2.13",
    "spark-core_2.13-4.10.12.jar, 4.10.12, 2.13"
  })
  void readsVersionFromSparkCore(String core, String version, String scala) throws IOException {
    SparkHome home = SparkHome.in(distribution("spark", core, "scala-library.jar"));

    assertThat(home.version()).isEqualTo(new SparkVersion(version));
    assertThat(home.version().scalaBinary()).isEqualTo(scala);
    assertThat(home.jars())
        .containsExactly(jar("spark", "scala-library.jar"), jar("spark", core))
        .allMatch(Path::isAbsolute);
  }

  @Test
  void findsModulesAmongJars() throws IOException {
    SparkHome home =
        SparkHome.in(
            distribution(
                "spark", "spark-core_2.13-4.3.0.jar", "spark-streaming_2.13-4.3.0.jar", "x.txt"));

    assertThat(home.has("spark-streaming")).isTrue();
    assertThat(home.has("spark-stream")).isFalse();
    assertThat(home.has("spark-connect")).isFalse();
    assertThat(home.jars()).hasSize(2);
  }

  @Test
  void listsDistributionsInTheirOrder() throws IOException {
    Path newer = distribution("newer", "spark-core_2.13-4.3.0.jar");
    Path older = distribution("older", "spark-core_2.12-3.5.9.jar");

    assertThat(SparkHome.listed(newer + ", " + older + ",").keySet())
        .containsExactly(new SparkVersion("4.3.0"), new SparkVersion("3.5.9"));
    assertThat(SparkHome.listed(" ")).isEmpty();
  }

  @Test
  void rejectsTwoDistributionsOfOneVersion() throws IOException {
    Path one = distribution("one", "spark-core_2.13-4.3.0.jar");
    Path other = distribution("other", "spark-core_2.13-4.3.0.jar");

    assertThatThrownBy(() -> SparkHome.listed(one + "," + other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Two distributions of Spark 4.3.0");
  }

  @Test
  void rejectsDirectoryWithoutSpark() throws IOException {
    for (Path none :
        new Path[] {directory, directory.resolve("missing"), distribution("empty", "x.jar")}) {
      assertThatThrownBy(() -> SparkHome.in(none))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Not a Spark distribution")
          .hasMessageContaining(none.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.3.0-preview1", "3.5.6.7-vendor", "4.3"})
  void rejectsVersionsThatAreNoReleases(String version) throws IOException {
    Path home = distribution("spark", "spark-core_2.13-" + version + ".jar");

    assertThatThrownBy(() -> SparkHome.in(home))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Not a Spark version")
        .hasMessageContaining(version);
  }

  private Path distribution(String name, String... jars) throws IOException {
    Path home = directory.resolve(name);
    Files.createDirectories(home.resolve("jars"));
    for (String jar : jars) {
      Files.createFile(jar(name, jar));
    }
    return home;
  }

  private Path jar(String name, String jar) {
    return directory.resolve(name).resolve("jars").resolve(jar);
  }
}
