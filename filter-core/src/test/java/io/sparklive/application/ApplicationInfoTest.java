// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationInfoTest {
  private static ApplicationInfo named(String text) {
    return new ApplicationInfo(text, Optional.empty(), Instant.EPOCH, text, "4.2.0");
  }

  private static ApplicationInfo ofVersion(String version) {
    return new ApplicationInfo("", Optional.empty(), Instant.EPOCH, "", version);
  }

  private static ApplicationInfo ofAttempt(String attempt) {
    return new ApplicationInfo("", Optional.of(attempt), Instant.EPOCH, "", "4.2.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nightly totals",
        "",
        "a < b && b > c",
        "x<1",
        "1 << 2",
        "Größe 東京 🚀",
        "quotes ' and \"",
        "back\\slash",
        "<"
      })
  void keepsHarmlessNames(String text) {
    assertThat(named(text).name()).isEqualTo(text);
    assertThat(named(text).user()).isEqualTo(text);
    assertThat(named(text).listedName()).isEqualTo(text);
    assertThat(named(text).listedUser()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "<script>alert(1)</script>, ‹script>alert(1)‹/script>",
    "<IMG src=x onerror=y>, ‹IMG src=x onerror=y>",
    "<!--, ‹!--",
    "<?xml, ‹?xml",
    "</td>, ‹/td>",
    "<<b>, <‹b>"
  })
  void replacesTagsInListedNamesOnly(String text, String sanitize) {
    assertThat(named(text).listedName()).isEqualTo(sanitize);
    assertThat(named(text).listedUser()).isEqualTo(sanitize);
    assertThat(named(text).name()).isEqualTo(text);
    assertThat(named(text).user()).isEqualTo(text);
  }

  @Test
  void replacesControlCharactersBySpaces() {
    assertThat(named("a\r\nb\tc\u0000d\u001be\u007ff").name()).isEqualTo("a  b c d e f");
    assertThat(named("<\u0000script>").listedName()).isEqualTo("< script>");
  }

  @Test
  void truncatesLongNames() {
    assertThat(named("x".repeat(512)).name()).isEqualTo("x".repeat(512));
    assertThat(named("x".repeat(513)).name()).isEqualTo("x".repeat(512) + "…");
    assertThat(named("x".repeat(100_000)).user()).isEqualTo("x".repeat(512) + "…");
    assertThat(named("x".repeat(511) + "<script>").listedName()).isEqualTo("x".repeat(511) + "<…");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.2.0", "3.5.6", "4.1.0-preview1", "3.5.6.7-vendor_8+9", "x"})
  void keepsVersions(String version) {
    assertThat(ofVersion(version).sparkVersion()).isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-4",
        ".4",
        "4.2.0 ",
        "4.2.0\n",
        "<b>4</b>",
        "4&amp;2",
        "4\"2",
        "٤",
        "11111111111111111111111111111111111111111111111111111111111111111"
      })
  void dropsInvalidSparkVersions(String version) {
    assertThat(ofVersion(version).sparkVersion()).isEqualTo(ApplicationInfo.UNKNOWN_VERSION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "007", "123456789"})
  void keepsAttempts(String attempt) {
    assertThat(ofAttempt(attempt).attemptId()).contains(attempt);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1/../2", "one", "1 ", "1\n", "<b>", "1234567890", "٣"})
  void dropsInvalidAttempts(String attempt) {
    assertThat(ofAttempt(attempt).attemptId()).isEmpty();
  }

  @Test
  @SuppressWarnings("NullAway") // callers without NullAway may pass null
  void requiresStartTime() {
    assertThatThrownBy(() -> new ApplicationInfo("", Optional.empty(), null, "", "4.2.0"))
        .isInstanceOf(NullPointerException.class);
  }
}
