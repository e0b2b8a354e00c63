// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each message in the troubleshooting guide is one that the code can write. */
class QuotedMessagesTest {
  private static final Path GUIDE = Document.ROOT.resolve("docs/troubleshooting.md");
  private static final Pattern QUOTE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern SENTENCE = Pattern.compile(".*[a-z,:] .*");
  private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");
  private static final int TELLING = 6;
  // Messages of Spark, OkHttp and users.
  private static final Pattern FOREIGN =
      Pattern.compile(
          "Failed to bind.*|ClassNotFoundException.*|kubectl .*|keytool .*"
              + "|Missing or invalid CSRF token.*"
              + "|Unexpected response code.*|Failed to authenticate.*");

  @Test
  void existInCode() throws IOException {
    String code = code();
    List<String> pieces = pieces();
    assertThat(pieces).hasSizeGreaterThan(50);
    assertSoftly(
        softly ->
            pieces.forEach(
                piece -> softly.assertThat(code.contains(piece)).as("'%s'", piece).isTrue()));
  }

  /** The constant parts of a message. */
  private static List<String> pieces() {
    List<String> pieces = new ArrayList<>();
    Matcher quote = QUOTE.matcher(Document.read(GUIDE).prose());
    while (quote.find()) {
      String text = quote.group(1);
      if (SENTENCE.matcher(text).matches() && !FOREIGN.matcher(text).matches()) {
        Arrays.stream(text.split("…", -1))
            .map(String::strip)
            .filter(piece -> piece.length() >= TELLING)
            .forEach(pieces::add);
      }
    }
    return pieces;
  }

  private static String code() throws IOException {
    try (Stream<Path> files = Files.walk(Document.ROOT, 12)) {
      String code =
          files
              .filter(file -> file.toString().matches(".*[.](java|js)"))
              .filter(file -> file.toString().replace('\\', '/').contains("/src/main/"))
              .map(QuotedMessagesTest::text)
              .collect(Collectors.joining("\n"));
      return JOINED.matcher(code).replaceAll("");
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
