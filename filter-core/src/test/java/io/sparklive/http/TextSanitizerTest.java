// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextSanitizerTest {
  @ParameterizedTest(name = "{0}, U+{1}")
  @CsvSource({
    "null, 0000",
    "tab, 0009",
    "line feed, 000A",
    "vertical tab, 000B",
    "form feed, 000C",
    "carriage return, 000D",
    "escape, 001B",
    "delete, 007F",
    "next line, 0085",
    "control sequence introducer, 009B",
    "soft hyphen, 00AD",
    "Arabic letter mark, 061C",
    "zero width space, 200B",
    "left-to-right mark, 200E",
    "right-to-left mark, 200F",
    "line separator, 2028",
    "paragraph separator, 2029",
    "left-to-right embedding, 202A",
    "right-to-left embedding, 202B",
    "pop directional formatting, 202C",
    "left-to-right override, 202D",
    "right-to-left override, 202E",
    "word joiner, 2060",
    "left-to-right isolate, 2066",
    "right-to-left isolate, 2067",
    "first strong isolate, 2068",
    "pop directional isolate, 2069",
    "high surrogate, D83D",
    "low surrogate, DE00",
    "byte order mark, FEFF",
    "tag A, E0041"
  })
  void replacesCharacterBySpace(String name, String codePoint) {
    String character = Character.toString(Integer.parseInt(codePoint, 16));

    assertThat(TextSanitizer.oneLine("a" + character + "b")).as(name).isEqualTo("a b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Größe 東京 \uD83D\uDE00",
        "\uD83D\uDC69\u200D\uD83D\uDCBB",
        "\u0645\u06CC\u200C\u0634\u0648\u062F",
        "\uE000 \uD83E\uDEE8",
        "\u05E9\u05DC\u05D5\u05DD",
        "e\u0301",
        "a\u00A0b",
        "<b> & \" ' \\ …"
      })
  void keepsAllOtherText(String text) {
    assertThat(TextSanitizer.oneLine(text)).isEqualTo(text);
  }

  @Test
  void replacesEachCharacterByItsOwnSpace() {
    assertThat(TextSanitizer.oneLine("a\r\nb")).isEqualTo("a  b");
    assertThat(TextSanitizer.oneLine("\u202Ea")).isEqualTo(" a");
  }

  @Test
  void replacesSurrogatesInWrongOrder() {
    assertThat(TextSanitizer.oneLine("\uDE00\uD83D")).isEqualTo("  ");
  }
}
