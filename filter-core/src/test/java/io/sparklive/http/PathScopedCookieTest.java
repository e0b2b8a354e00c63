// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class PathScopedCookieTest {
  private static final String CONTEXT = "/sparkui/app-1";
  private static final Set<String> NAMED = Set.of("session", "csrf");
  private static final Set<String> ALL = Set.of("*");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "session=1 | session=1; Path=/sparkui/app-1",
        "csrf=a=b== | csrf=a=b==; Path=/sparkui/app-1",
        "session= | session=; Path=/sparkui/app-1",
        "session=1; Path=/ | session=1; Path=/sparkui/app-1",
        "session=1; path=/; PATH=/other; pAtH = /x | session=1; Path=/sparkui/app-1",
        "session=1;Path=/;Path | session=1; Path=/sparkui/app-1",
        "session=1; Domain=example.org | session=1; Path=/sparkui/app-1",
        "session=1; dOMAIN =.org;domain | session=1; Path=/sparkui/app-1",
        "session=1; HttpOnly; Secure; SameSite=Lax; Max-Age=60; Path=/"
            + " | session=1; HttpOnly; Secure; SameSite=Lax; Max-Age=60; Path=/sparkui/app-1",
        "session=1; Expires=Sat, 21 Nov 2026 08:36:00 GMT"
            + " | session=1; Expires=Sat, 21 Nov 2026 08:36:00 GMT; Path=/sparkui/app-1",
        "session=\"a b\"; x-path=/ | session=\"a b\"; x-path=/; Path=/sparkui/app-1",
        "' session =1; Path=/' | session =1; Path=/sparkui/app-1"
      })
  void limitsCookiePathToApplication(String sent, String confined) {
    assertThat(PathScopedCookie.of(sent, NAMED, CONTEXT)).contains(confined);
    assertThat(PathScopedCookie.of(sent, ALL, CONTEXT)).contains(confined);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "other=1",
        "Session=1",
        "session2=1",
        "sessio",
        "",
        "=session",
        "other=1; session=2",
        ";session=2",
        "other=session=1",
        "*=1"
      })
  void dropsCookiesOfOtherNames(String sent) {
    assertThat(PathScopedCookie.of(sent, NAMED, CONTEXT)).isEmpty();
    assertThat(PathScopedCookie.of(sent, Set.of(), CONTEXT)).isEmpty();
  }

  @Test
  void acceptsCookieNamedLikeAttribute() {
    assertThat(PathScopedCookie.of("path=1; session=2", Set.of("path"), CONTEXT))
        .contains("path=1; session=2; Path=/sparkui/app-1");
    assertThat(PathScopedCookie.of("Domain=1; Domain=x", ALL, CONTEXT))
        .contains("Domain=1; Path=/sparkui/app-1");
  }

  @Test
  void acceptsEveryNameWithStar() {
    assertThat(PathScopedCookie.of("other=1; Path=/", ALL, CONTEXT))
        .contains("other=1; Path=/sparkui/app-1");
  }
}
