// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The words of the documentation, as CONTRIBUTING.md has the rules: roles instead of people, and
 * one word for one thing. Code, names and quoted messages do not count.
 */
class ProseTest {
  /** The words to avoid, each with the words to use. */
  private static final Map<Pattern, String> SUBSTITUTIONS =
      Map.ofEntries(
          avoid("whoever|whom|whomever", "the user, the client, the administrator"),
          avoid("(some|any|every)body|nobody|(some|any|every)one", "a role: any user, …"),
          avoid("those who|one that|ones that", "the noun again"),
          avoid("(lets?|letting) (\\w+ )?in", "allow, accept"),
          avoid("hand-?overs?|hands? over|handing over", "hand-off"),
          avoid("vouch(es)?|believes?", "confirm, use"),
          avoid("(is|are|was|be) (asked|told)", "receives a request, is reported"),
          avoid("a driver (asks|tells|knows|says|answers)", "requests, reports, responds"),
          avoid(
              "the (filter|plugin|WAR|History Server) (asks|tells|knows|says|answers|looks)",
              "requests, reports, responds, searches"));

  private static final Pattern QUOTED = Pattern.compile("`[^`]*`|\\]\\([^)]*\\)|<!--.*?-->");

  private static Map.Entry<Pattern, String> avoid(String words, String proposal) {
    return Map.entry(Pattern.compile("\\b(" + words + ")\\b", Pattern.CASE_INSENSITIVE), proposal);
  }

  @Test
  void usesTheWordsOfTheField() {
    assertSoftly(
        softly ->
            Document.all()
                .forEach(
                    document -> softly.assertThat(found(document)).as(document.name()).isEmpty()));
  }

  private static List<String> found(Document document) {
    List<String> found = new ArrayList<>();
    for (String line : document.prose().split("\n", -1)) {
      String words = QUOTED.matcher(line).replaceAll("");
      SUBSTITUTIONS.forEach(
          (avoided, proposal) -> {
            if (avoided.matcher(words).find()) {
              found.add(line.strip() + " | use: " + proposal);
            }
          });
    }
    return found;
  }
}
