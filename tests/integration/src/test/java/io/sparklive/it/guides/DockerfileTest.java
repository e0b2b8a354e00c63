// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Dockerfiles, as far as a test can check them without Docker. */
class DockerfileTest {
  private static final List<String> INSTRUCTIONS =
      List.of("ARG", "FROM", "COPY", "RUN", "USER", "EXPOSE", "ENV", "CMD", "ENTRYPOINT");

  @ParameterizedTest
  @CsvSource({
    "history-plugin, target/spark-live-history-%s.jar target/spark-live-history-%s-spark3.jar",
    "sample-war, target/spark-live-history-%s.war"
  })
  void copiesArtifactsOfBuild(String module, String files) {
    Dockerfile dockerfile = Dockerfile.of(module);

    String version = Project.version();
    assertThat(dockerfile.arguments()).containsEntry("VERSION", version);
    assertThat(dockerfile.copied())
        .containsExactlyInAnyOrder(files.replace("%s", version).split(" "));
    String ignore = Project.text(Project.ROOT.resolve(module).resolve(".dockerignore"));
    assertThat(ignore.lines().skip(1))
        .allSatisfy(
            line -> {
              String pattern = line.substring(1).replace(".", "\\.").replace("*", ".*");
              assertThat(dockerfile.copied()).allMatch(file -> file.matches(pattern));
            });
  }

  @ParameterizedTest
  @CsvSource({"history-plugin", "sample-war"})
  void usesOnlyKnownInstructions(String module) {
    assertThat(Dockerfile.of(module).instructions())
        .allSatisfy(line -> assertThat(INSTRUCTIONS).contains(line.name()));
  }

  @ParameterizedTest
  @CsvSource({"history-plugin, 185:185", "sample-war, 999:999"})
  void setsNumericNonRootUser(String module, String user) {
    assertThat(Dockerfile.of(module).last("USER")).isEqualTo(user);
  }

  @Test
  void usesExecFormForCommands() {
    for (String module : List.of("history-plugin", "sample-war")) {
      assertThat(Dockerfile.of(module).instructions())
          .filteredOn(line -> List.of("CMD", "ENTRYPOINT").contains(line.name()))
          .isNotEmpty()
          .allMatch(line -> line.text().matches("\\[(\"[^\"]+\"(, )?)+\\]"));
    }
  }

  @Test
  void namesVersionInComments() {
    for (String module : List.of("history-plugin", "sample-war")) {
      String text = Project.text(Project.ROOT.resolve(module).resolve("Dockerfile"));

      assertThat(
              text.lines().filter(line -> line.startsWith("#") && line.contains(" -t spark-live")))
          .isNotEmpty()
          .allMatch(line -> line.contains(":" + Project.version()));
    }
  }

  @Test
  void matchesSparkTagOfKustomizeAndChart() {
    String tag = Dockerfile.of("history-plugin").arguments().get("SPARK_TAG");

    assertThat(tag).contains("-java17");
    assertThat(Project.text(Kustomizations.DIRECTORY.resolve("plugin/kustomization.yaml")))
        .contains("newTag: " + tag);
    assertThat(Project.text(Kustomizations.DIRECTORY.resolve("sidecar/kustomization.yaml")))
        .contains("newTag: " + tag);
    assertThat(Project.text(Chart.DIRECTORY.resolve("values.yaml"))).contains("tag: " + tag);
  }
}
