// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.testkit.ProjectFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinedModulesTest {
  private static final Path DIRECTORY =
      ProjectFiles.at("filter-core", "src", "main", "resources", "io", "sparklive", "pages");

  private static final Pattern DECLARATION =
      Pattern.compile("^(?:const|let|class|(?:async )?function) (\\w+)", Pattern.MULTILINE);

  private static final Pattern IMPORTED =
      Pattern.compile("^(?:import|[}] from)[^;]*\"[.]/([a-z]+[.]js)\";$", Pattern.MULTILINE);

  /** An import may have several lines; a comment of one line, or of several from the first on. */
  private static final Pattern REMOVED =
      Pattern.compile("(?m)^import [^;]*;\n|^ *(?://|/[*][*]| [*]).*\n|^export ");

  @Test
  void putsImportedModulesFirst() {
    Map<String, String> modules =
        Map.of(
            "a.js", "import { b } from \"./b.js\";\nimport {\n  c,\n} from \"./c.js\";\na(b, c);\n",
            "b.js", "import \"./c.js\";\nimport \"./a.js\";\nexport const b = 1;\n",
            "c.js",
                "/** A comment. */\nexport class c {\n  // Another.\n  export = 2; // kept\n}\n");

    assertThat(JoinedModules.of("a.js", modules::get))
        .isEqualTo("class c {\n  export = 2; // kept\n}\nconst b = 1;\na(b, c);\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"running.js", "logs.js"})
  void joinsImportedModulesAndRemovesNothingElse(String entry) {
    Set<String> imported = new TreeSet<>();
    addImported(entry, imported);
    String script = script(entry);
    int length = 0;
    for (String name : imported) {
      String code = REMOVED.matcher(source(name)).replaceAll("");
      assertThat(script).as(name).contains(code);
      length += code.length();
    }
    assertThat(script).hasSize(length);
  }

  @Test
  void joinsEachModule() throws IOException {
    Set<String> imported = new TreeSet<>();
    addImported("running.js", imported);
    addImported("logs.js", imported);

    assertThat(imported).containsExactlyInAnyOrderElementsOf(modules());
  }

  @ParameterizedTest
  @ValueSource(strings = {"running.js", "logs.js"})
  void hasNoNameTwice(String entry) {
    assertThat(DECLARATION.matcher(script(entry)).results().map(found -> found.group(1)))
        .hasSizeGreaterThan(10)
        .doesNotHaveDuplicates();
  }

  private static String script(String entry) {
    return JoinedModules.of(entry, JoinedModulesTest::source);
  }

  private static void addImported(String name, Set<String> imported) {
    if (imported.add(name)) {
      IMPORTED
          .matcher(source(name))
          .results()
          .forEach(found -> addImported(found.group(1), imported));
    }
  }

  @Test
  void hasNoModuleThatRenames() throws IOException {
    Pattern renaming = Pattern.compile("(?m)^import [^;]* as |^export (?:default|[{*])");
    for (String name : modules()) {
      assertThat(renaming.matcher(source(name)).results().map(MatchResult::group))
          .as(name)
          .isEmpty();
    }
  }

  private static List<String> modules() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".js") && !name.equals("theme.js"))
          .toList();
    }
  }

  /** The source of a module. */
  static String source(String name) {
    try {
      return Files.readString(DIRECTORY.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
