// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guides agree with the product: blocks, settings, names, links. Commands: GuideCommandsIT. */
class GuidesTest {
  private static final Set<String> LANGUAGES =
      Set.of("bash", "properties", "yaml", "dockerfile", "nginx", "text");
  private static final String PREFIX = "spark.io.sparklive.LiveHistoryFilter.param.";
  private static final Pattern NAMED = Pattern.compile("LiveHistoryFilter\\.param\\.(\\w+)");
  private static final Pattern VARIABLE = Pattern.compile("LIVE_HISTORY_PARAM_([A-Z_]*[A-Z])");
  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+-SNAPSHOT");

  @TempDir Path files;

  @Test
  void labelEveryBlockWithItsLanguage() {
    assertThat(blocks()).isNotEmpty().allMatch(b -> LANGUAGES.contains(b.language()), "language");
  }

  @Test
  void explainWhyCommandsAreNotRun() {
    assertSoftly(
        softly -> {
          for (Document document : Document.all()) {
            List<CodeBlock> blocks = document.blocks();
            long notRun =
                blocks.stream().filter(b -> b.mark(CodeBlock.NOT_RUN).isPresent()).count();
            softly
                .assertThat(count(String.join("\n", document.lines()), "<!-- not run here:"))
                .as("%s: each mark is directly before its block", document)
                .isEqualTo(notRun);
            blocks.forEach(
                block ->
                    block
                        .mark(CodeBlock.NOT_RUN)
                        .ifPresent(
                            why ->
                                softly
                                    .assertThat(why)
                                    .as(block.location())
                                    .matches(".{10,}; .{8,}")));
          }
        });
  }

  @Test
  void containNoBrokenLinks() {
    assertSoftly(
        softly -> {
          for (Document document : Document.all()) {
            for (String link : document.links()) {
              if (!link.matches("(https?|mailto):.*")) {
                softly
                    .assertThat(leadsSomewhere(document, link))
                    .as(document + ": " + link)
                    .isTrue();
              }
            }
          }
        });
  }

  private static boolean leadsSomewhere(Document from, String link) {
    String[] parts = link.split("#", 2);
    Path to = parts[0].isEmpty() ? from.path() : from.path().resolveSibling(parts[0]);
    return Files.exists(to)
        && (parts.length == 1 || Document.read(to).anchors().contains(parts[1]));
  }

  @Test
  void showOnlyValidSettings() {
    List<CodeBlock> properties = blocks().filter(b -> b.language().equals("properties")).toList();
    assertThat(properties).isNotEmpty();
    assertSoftly(
        softly ->
            properties.forEach(
                block ->
                    softly
                        .assertThatCode(() -> ParameterValidation.read(ours(block), files))
                        .as(block.location())
                        .doesNotThrowAnyException()));
  }

  private static Map<String, String> ours(CodeBlock block) throws IOException {
    Properties properties = new Properties(); // Spark reads these files in the same way.
    properties.load(new StringReader(block.text()));
    Map<String, String> ours = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        ours.put(name.substring(PREFIX.length()), properties.getProperty(name));
      } else if (name.contains("sparklive")) {
        throw new IllegalArgumentException(name + " has no reader");
      }
    }
    return ours;
  }

  @Test
  void nameOnlyExistingParameters() {
    Set<String> names = ParameterValidation.names();
    Set<String> variables =
        names.stream()
            .map(name -> name.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT))
            .collect(Collectors.toSet());
    assertSoftly(
        softly -> {
          for (Document document : Document.all()) {
            String text = String.join("\n", document.lines());
            softly.assertThat(names).as(document.name()).containsAll(found(NAMED, text));
            softly.assertThat(variables).as(document.name()).containsAll(found(VARIABLE, text));
          }
        });
  }

  @Test
  void containValidYaml() {
    List<CodeBlock> yaml = blocks().filter(b -> b.language().equals("yaml")).toList();
    assertThat(yaml).isNotEmpty();
    assertThat(yaml)
        .allSatisfy(
            block ->
                assertThatCode(() -> YamlBlocks.check(block))
                    .as(block.location())
                    .doesNotThrowAnyException());
  }

  @Test
  void nameVersionOfThisBuild() {
    String version = System.getProperty("sparklive.guides.version");
    assertThat(Document.all())
        .allSatisfy(
            document ->
                assertThat(found(VERSION, String.join("\n", document.lines())))
                    .isSubsetOf(version));
  }

  private static Stream<CodeBlock> blocks() {
    return Document.all().stream().flatMap(document -> document.blocks().stream());
  }

  private static List<String> found(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher each = pattern.matcher(text);
    while (each.find()) {
      found.add(each.groupCount() == 0 ? each.group() : each.group(1));
    }
    return found;
  }

  private static long count(String text, String part) {
    return found(Pattern.compile(Pattern.quote(part)), text).size();
  }
}
