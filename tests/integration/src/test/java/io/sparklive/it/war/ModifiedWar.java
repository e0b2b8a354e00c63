// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.war;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A copy of the WAR with a modified {@code web.xml}.
 *
 * @param file the copy
 */
record ModifiedWar(Path file) {
  /** Any version whose servlet API is that of the containers. */
  private static final SparkVersion JAKARTA = new SparkVersion("4.0.0");

  private static final String OUR_FILTER =
      "<filter-class>io.sparklive.LiveHistoryFilter</filter-class>";

  /** A copy, not changed yet. */
  static ModifiedWar in(Path directory) throws IOException {
    Path war = Path.of(System.getProperty("sparklive.war"));
    return new ModifiedWar(Files.copy(war, directory.resolve("changed.war")));
  }

  /** Adds an {@code init-param} to the filter. */
  ModifiedWar initParam(String name, String value) throws IOException {
    return insert(
        "</filter>",
        OUR_FILTER,
        "<init-param><param-name>%s</param-name><param-value>%s</param-value></init-param>"
            .formatted(name, value));
  }

  /** Puts a filter without parameters right before the filter. */
  ModifiedWar filterBeforeOurs(Class<?> filter) throws IOException {
    try (FileSystem inside = FileSystems.newFileSystem(file)) {
      Files.copy(
          FilterJar.of(JAKARTA, filter), inside.getPath("WEB-INF", "lib", "filter-of-test.jar"));
    }
    insert(
        "<filter-mapping>",
        OUR_FILTER,
        """
        <filter>
          <filter-name>login</filter-name>
          <filter-class>%s</filter-class>
          <async-supported>true</async-supported>
        </filter>
        """
            .formatted(filter.getName()));
    return insert(
        "<filter-mapping>\n    <filter-name>live-history",
        OUR_FILTER,
        """
        <filter-mapping>
          <filter-name>login</filter-name>
          <url-pattern>/*</url-pattern>
        </filter-mapping>
        """);
  }

  /** Inserts the text before the first marker after that text. */
  private ModifiedWar insert(String marker, String after, String text) throws IOException {
    try (FileSystem inside = FileSystems.newFileSystem(file)) {
      Path webXml = inside.getPath("WEB-INF", "web.xml");
      String xml = Files.readString(webXml);
      assertThat(xml).contains(after).containsOnlyOnce(OUR_FILTER);
      int found = xml.indexOf(marker, xml.indexOf(after));
      assertThat(found).as(marker).isPositive();
      Files.writeString(webXml, new StringBuilder(xml).insert(found, text));
    }
    return this;
  }
}
