// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class QueryEncoderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a=b&c=d&c=e",
        "a=%20&b=%C3%A4&c=%e4&d=%2B+",
        "a=-._~!$&'()*,;:@/?",
        "0123456789abcxyzABCXYZ",
        "%25zz",
        "%41"
      })
  void keepsValidQuery(String query) {
    assertThat(QueryEncoder.encode(query)).isEqualTo(query);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "a|b, a%7Cb",
        "a[0], a%5B0%5D",
        "a\"b, a%22b",
        "<a>, %3Ca%3E",
        "{a}, %7Ba%7D",
        "a^b, a%5Eb",
        "a\\b, a%5Cb",
        "a b, a%20b",
        "a#b, a%23b",
        "%, %25",
        "a%, a%25",
        "a%4, a%254",
        "%zz, %25zz",
        "%4g, %254g",
        "%g4, %25g4",
        "%%41, %25%41",
        "ä, %C3%A4",
        "€, %E2%82%AC",
        "😀, %F0%9F%98%80"
      })
  void encodesCharactersInvalidInUri(String query, String uri) {
    assertThat(QueryEncoder.encode(query)).isEqualTo(uri);
  }

  @Test
  void encodesControlCharacters() {
    assertThat(QueryEncoder.encode("a\u0000\r\n\u007f")).isEqualTo("a%00%0D%0A%7F");
  }

  @Test
  void makesValidUriOfAnyText() {
    StringBuilder everything = new StringBuilder();
    for (int c = 0; c < 0x300; c++) {
      everything.appendCodePoint(c);
    }
    everything.append("\ud83d%"); // half a character, and half an encoding

    URI uri = URI.create("http://driver:4040/?" + QueryEncoder.encode(everything.toString()));

    assertThat(uri.getRawQuery().chars()).allMatch(c -> c > ' ' && c < 0x7f);
    assertThat(uri.getQuery().getBytes(StandardCharsets.UTF_8).length).isGreaterThan(0x300);
  }
}
