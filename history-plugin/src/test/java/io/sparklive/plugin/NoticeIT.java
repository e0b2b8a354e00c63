// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that NOTICE lists exactly the artifacts in a jar, with their licences. */
class NoticeIT {
  private static final Pattern RELOCATION =
      Pattern.compile(
          "<pattern>([^<]+)</pattern>\\s*<shadedPattern>(io\\.sparklive\\.[^<]+)</shadedPattern>");
  private static final Pattern CARRIED =
      Pattern.compile("^([a-z0-9_.-]+):([a-z0-9-]+) +Apache-2\\.0.*$", Pattern.MULTILINE);

  @ParameterizedTest
  @ValueSource(strings = {"sparklive.jar", "sparklive.jar.spark3"})
  void listsExactlyTheBundledArtifacts(String property) throws IOException {
    try (JarFile jar = new JarFile(System.getProperty(property))) {
      Map<String, String> named = named(text(jar, "META-INF/NOTICE"));
      assertThat(named).isNotEmpty();
      assertThat(contained(jar, named)).isEqualTo(new TreeSet<>(named.values()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparklive.jar", "sparklive.jar.spark3"})
  void jarContainsProjectLicence(String property) throws IOException {
    try (JarFile jar = new JarFile(System.getProperty(property))) {
      assertThat(text(jar, "META-INF/LICENSE"))
          .isEqualTo(Files.readString(Path.of("..", "LICENSE")));
    }
  }

  /** The artifacts of this class path that have a class in the jar. */
  private static Set<String> contained(JarFile shaded, Map<String, String> named)
      throws IOException {
    Map<String, String> relocations = relocations();
    Set<String> contained = new TreeSet<>();
    for (Path jar : jarsOfTheClassPath()) {
      if (hasClassIn(jar, shaded, relocations)) {
        // In a local repository: group/artifact/version/file.
        Path artifact = jar.getParent().getParent();
        String slashed = artifact.toString().replace(File.separatorChar, '/');
        contained.add(
            named.entrySet().stream()
                .filter(entry -> slashed.endsWith("/" + entry.getKey()))
                .map(Map.Entry::getValue)
                .findAny()
                .orElse("not named: " + slashed));
      }
    }
    return contained;
  }

  private static boolean hasClassIn(Path jar, JarFile shaded, Map<String, String> relocations)
      throws IOException {
    try (JarFile original = new JarFile(jar.toFile())) {
      return original.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .flatMap(
              name ->
                  relocations.entrySet().stream()
                      .filter(relocation -> name.startsWith(relocation.getKey()))
                      .map(r -> r.getValue() + name.substring(r.getKey().length())))
          .anyMatch(name -> shaded.getEntry(name) != null);
    }
  }

  private static Set<Path> jarsOfTheClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> entry.endsWith(".jar") && !entry.contains("spark-live-history"))
        .map(Path::of)
        .collect(Collectors.toSet());
  }

  private static Map<String, String> relocations() throws IOException {
    Map<String, String> relocations = new LinkedHashMap<>();
    Matcher each = RELOCATION.matcher(Files.readString(Path.of("pom.xml")));
    while (each.find()) {
      relocations.put(each.group(1).replace('.', '/') + "/", each.group(2).replace('.', '/') + "/");
    }
    assertThat(relocations).isNotEmpty();
    return relocations;
  }

  /** The name of the artifact from its path in a repository. */
  private static Map<String, String> named(String notice) {
    Map<String, String> named = new LinkedHashMap<>();
    Matcher each = CARRIED.matcher(notice);
    while (each.find()) {
      named.put(
          each.group(1).replace('.', '/') + "/" + each.group(2),
          each.group(1) + ":" + each.group(2));
    }
    return named;
  }

  private static String text(JarFile jar, String name) throws IOException {
    ZipEntry entry = jar.getEntry(name);
    assertThat(entry).as(name).isNotNull();
    return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
  }
}
