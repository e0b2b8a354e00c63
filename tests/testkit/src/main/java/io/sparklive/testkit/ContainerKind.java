// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The servlet containers in which the WAR is tested. */
public enum ContainerKind {
  JETTY("io.sparklive.testkit.container.JettyContainer"),
  TOMCAT("io.sparklive.testkit.container.TomcatContainer");

  private final String mainClass;

  ContainerKind(String mainClass) {
    this.mainClass = mainClass;
  }

  /**
   * The container in front of History Servers that would otherwise have the plugin, from the system
   * property {@code sparklive.front}. Without it they have the plugin.
   */
  public static Optional<ContainerKind> inFront() {
    return Optional.ofNullable(System.getProperty("sparklive.front"))
        .filter(name -> !name.isBlank())
        .map(name -> valueOf(name.toUpperCase(Locale.ROOT)));
  }

  /**
   * The container alone: {@code sparklive.jetty} or {@code sparklive.tomcat} names its artifacts.
   */
  List<Path> classPath() {
    String coordinates = BuildSetting.of("sparklive." + this);
    return MavenClassPath.of(
        toString(), BuildDirectory.at("containers", toString()), pom(coordinates));
  }

  private static String pom(String coordinates) {
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>io.sparklive.testkit</groupId>
          <artifactId>servlet-container</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <dependencies>
            %s
          </dependencies>
        </project>
        """
        .formatted(
            Arrays.stream(coordinates.split(",", -1))
                .map(ContainerKind::dependency)
                .collect(Collectors.joining()));
  }

  private static String dependency(String coordinates) {
    return """
        <dependency>
          <groupId>%s</groupId>
          <artifactId>%s</artifactId>
          <version>%s</version>
        </dependency>
        """
        .formatted((Object[]) coordinates.split(":", 3));
  }

  String mainClass() {
    return mainClass;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
