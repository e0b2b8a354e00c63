package io.sparklive.war;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A copy of the WAR whose {@code web.xml} somebody has edited.
 *
 * @param file the copy
 */
record ChangedWar(Path file) {
  private static final String OURS = "<filter-class>io.sparklive.";

  /** A copy, not changed yet. */
  static ChangedWar in(Path directory) throws IOException {
    Path war = Path.of(System.getProperty("sparklive.war"));
    return new ChangedWar(Files.copy(war, directory.resolve("changed.war")));
  }

  /** Gives our filter an {@code init-param}. */
  ChangedWar initParam(String name, String value) throws IOException {
    return editWebXml(
        xml -> {
          int end = xml.indexOf("</filter>", xml.lastIndexOf(OURS));
          return new StringBuilder(xml)
              .insert(
                  end,
                  "<init-param><param-name>%s</param-name><param-value>%s</param-value></init-param>"
                      .formatted(name, value))
              .toString();
        });
  }

  private ChangedWar editWebXml(UnaryOperator<String> edit) throws IOException {
    try (FileSystem inside = FileSystems.newFileSystem(file)) {
      Path webXml = inside.getPath("WEB-INF", "web.xml");
      String before = Files.readString(webXml);
      assertThat(before).contains(OURS);
      Files.writeString(webXml, edit.apply(before));
    }
    return this;
  }
}
