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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JoinedModulesTest {
  private static final Path DIRECTORY =
      ProjectFiles.at("filter-core", "src", "main", "resources", "io", "sparklive", "pages");

  private static final Pattern DECLARATION =
      Pattern.compile("^(?:const|let|class|(?:async )?function) (\\w+)", Pattern.MULTILINE);

  /** An import may have several lines; a comment of one line, or of several from the first on. */
  private static final Pattern REMOVED =
      Pattern.compile("(?m)^import [^;]*;\n|^ *(?://|/[*][*]| [*]).*\n|^export ");

  private final String script = JoinedModules.of("running.js", JoinedModulesTest::source);

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

  @Test
  void joinsAllModulesAndRemovesNothingElse() throws IOException {
    int length = 0;
    for (String name : modules()) {
      String code = REMOVED.matcher(source(name)).replaceAll("");
      assertThat(script).as(name).contains(code);
      length += code.length();
    }
    assertThat(script).hasSize(length);
  }

  @Test
  void hasNoNameTwice() {
    assertThat(DECLARATION.matcher(script).results().map(found -> found.group(1)))
        .hasSizeGreaterThan(50)
        .doesNotHaveDuplicates();
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
