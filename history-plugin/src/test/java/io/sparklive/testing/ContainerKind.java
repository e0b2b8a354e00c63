package io.sparklive.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The servlet containers in which the WAR is tested. */
public enum ContainerKind {
  JETTY("io.sparklive.war.JettyContainer"),
  TOMCAT("io.sparklive.war.TomcatContainer");

  private final String mainClass;

  ContainerKind(String mainClass) {
    this.mainClass = mainClass;
  }

  /**
   * The one that stands in front of History Servers which would have the plugin: the system
   * property {@code sparklive.front} names it. Without it they have the plugin.
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
    String name = toString();
    return new MavenClassPath(name, BuildSetting.of("sparklive." + name))
        .in(BuildDirectory.at("containers", name));
  }

  String mainClass() {
    return mainClass;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
