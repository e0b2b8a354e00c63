// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "``, ``",
        "<, &lt;",
        ">, &gt;",
        "&, &amp;",
        "&lt;, &amp;lt;",
        "\", &quot;",
        "', &#39;",
        "a<b>c&d\"e'f, a&lt;b&gt;c&amp;d&quot;e&#39;f",
        "東京 🚀, 東京 🚀"
      })
  void escapesText(String text, String html) {
    assertThat(Html.escape(text)).isEqualTo(html);
  }
}
