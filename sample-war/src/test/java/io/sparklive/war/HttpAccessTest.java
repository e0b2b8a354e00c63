package io.sparklive.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.sparklive.access.Admission;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpAccessTest {
  private static final String LIST = "/api/v1/applications?limit=1";

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final HttpServletResponse response = mock(HttpServletResponse.class);
  private StandInHistoryServer historyServer;
  private HttpAccess access;

  @BeforeEach
  void start() throws Exception {
    historyServer = new StandInHistoryServer();
    access = new HttpAccess(historyServer.questions(), new SeenPage(), () -> now);
  }

  @AfterEach
  void stop() {
    historyServer.close();
  }

  @Test
  void letsInWhoGetsTheHomePageAndAsksAgainAfterSomeSeconds() {
    historyServer.answers("/", 200, StandInHistoryServer.HOME_PAGE);

    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
    assertThat(historyServer.asked()).containsExactly("/ [session=a]");

    now = now.plus(Duration.ofSeconds(10));
    historyServer.answers("/", 401, "");
    assertThat(ofPages("a")).isEqualTo(Admission.REFUSED);
  }

  @Test
  void admitsAllWhereTheHomePageIsForThoseWhoSayNothing() {
    assertThat(access.admitsAll()).isFalse();
    historyServer.answers("/", 302, "");
    access.learn();
    assertThat(access.admitsAll()).isFalse();

    historyServer.answers("/", 200, StandInHistoryServer.HOME_PAGE);
    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
    assertThat(access.admitsAll()).isFalse();
    access.learn();
    assertThat(access.admitsAll()).isTrue();
  }

  @Test
  void eachCallerIsTriedForThemselves() {
    historyServer.answers("/", 200, StandInHistoryServer.HOME_PAGE);
    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
    historyServer.answers("/", 302, "");

    assertThat(ofPages("b")).isEqualTo(Admission.REFUSED);
    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
  }

  @ParameterizedTest
  @CsvSource({"200,<form>Log in</form>", "302,''", "401,''", "403,no", "404,no", "500,no"})
  void takesNothingElseForAYes(int status, String body) {
    historyServer.answers("/", status, body);
    historyServer.answers(LIST, status, body);

    assertThat(ofPages("a")).isEqualTo(Admission.REFUSED);
    assertThat(ofApi("a")).isEqualTo(Admission.REFUSED);
  }

  @Test
  void aPageWithAnotherStatusIsNoYes() {
    historyServer.answers("/", 403, StandInHistoryServer.HOME_PAGE);
    historyServer.answers(LIST, 403, "[ ]");

    assertThat(ofPages("a")).isEqualTo(Admission.REFUSED);
    assertThat(ofApi("a")).isEqualTo(Admission.REFUSED);
  }

  @Test
  void forgetsWhomItRefusesMeanwhile() {
    historyServer.answers("/", 200, StandInHistoryServer.HOME_PAGE);
    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
    now = now.plus(Duration.ofMinutes(1));
    historyServer.answers("/", 302, "");
    assertThat(ofPages("a")).isEqualTo(Admission.REFUSED);
    historyServer.goesAway();

    assertThat(ofPages("a")).isEqualTo(Admission.UNKNOWN);
  }

  @Test
  void triesTheApiApartFromPages() {
    historyServer.answers("/", 200, StandInHistoryServer.HOME_PAGE);
    historyServer.answers(LIST, 401, "");
    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
    assertThat(ofApi("a")).isEqualTo(Admission.REFUSED);

    historyServer.answers(LIST, 200, "[ ]");
    assertThat(ofApi("a")).isEqualTo(Admission.GRANTED);
  }

  @Test
  void asksAgainAtOnceWhomItHasRefused() {
    historyServer.answers("/", 302, "");
    assertThat(ofPages("a")).isEqualTo(Admission.REFUSED);
    historyServer.answers("/", 200, StandInHistoryServer.HOME_PAGE);

    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
  }

  @Test
  void handsOnTheCookieThatRenewsASession() {
    historyServer.answers("/", 200, StandInHistoryServer.HOME_PAGE, "Set-Cookie", "session=b");
    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);

    verify(response).addHeader("Set-Cookie", "session=b");
  }

  @Test
  void keepsWhomItLetInWhileTheHistoryServerIsAwayAndNobodyElse() {
    historyServer.answers("/", 200, StandInHistoryServer.HOME_PAGE);
    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
    historyServer.goesAway();
    now = now.plus(Duration.ofHours(11));

    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
    assertThat(ofPages("b")).isEqualTo(Admission.UNKNOWN);
    assertThat(ofApi("a")).isEqualTo(Admission.UNKNOWN);

    now = now.plus(Duration.ofHours(2));
    assertThat(ofPages("a")).isEqualTo(Admission.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({"429", "502", "503", "504"})
  void whatAProxyBeforeItSaysIsNoRefusal(int status) {
    historyServer.answers("/", 200, StandInHistoryServer.HOME_PAGE);
    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
    now = now.plus(Duration.ofMinutes(1));
    historyServer.answers("/", status, "");

    assertThat(ofPages("a")).isEqualTo(Admission.GRANTED);
  }

  @Test
  void letsEverybodyInWhileOneIsAwayThatWasOpenToEverybody() {
    historyServer.answers("/", 200, StandInHistoryServer.HOME_PAGE);
    historyServer.answers(LIST, 401, "");
    access.learn();
    historyServer.goesAway();

    assertThat(ofPages("b")).isEqualTo(Admission.GRANTED);
    assertThat(ofApi("b")).isEqualTo(Admission.UNKNOWN);
  }

  private Admission ofPages(String session) {
    return access.admission(request(session), response, false);
  }

  private Admission ofApi(String session) {
    return access.admission(request(session), response, true);
  }

  static HttpServletRequest request(String session) {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getRemoteAddr()).thenReturn("127.0.0.1");
    when(request.getHeaderNames())
        .thenAnswer(call -> Collections.enumeration(List.of("Cookie", "Accept")));
    when(request.getHeaders(anyString())).thenAnswer(call -> Collections.emptyEnumeration());
    when(request.getHeaders("Cookie"))
        .thenAnswer(call -> Collections.enumeration(List.of("session=" + session)));
    return request;
  }
}
