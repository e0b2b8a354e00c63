// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.LiveApplication;
import io.sparklive.pages.RecordedResponse;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.HistoryCatalog;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that the History Server fails to respond to, and that may be passed on once more. */
class HistoryServerHandlerTest {
  private final ServletException noStatusFile =
      new ServletException(
          new IllegalArgumentException(
              "requirement failed: Log directory must contain an appstatus file!"));

  private final HistoryCatalog catalog = mock(HistoryCatalog.class);
  private final HttpServletRequest request = mock(HttpServletRequest.class);
  private final RecordedResponse response = new RecordedResponse();
  private final LiveApplication application = mock(LiveApplication.class);
  private Instant now = Instant.EPOCH;
  private int tries;

  @BeforeEach
  void prepare() {
    when(catalog.isLocal()).thenReturn(true);
    when(request.getMethod()).thenReturn("GET");
    when(application.id()).thenReturn(new ApplicationId("app-1"));
    when(application.info()).thenReturn(mock(ApplicationInfo.class));
    response.setHeader("Access-Control-Allow-Origin", "https://notebooks.example");
    response.setHeader("Set-Cookie", "login=renewed");
  }

  private void handle(FilterChain chain) throws IOException, ServletException {
    new HistoryServerHandler(
            catalog,
            mock(RequestAuthorizer.class),
            mock(ResponseWriter.class),
            mock(LastKnownFacts.class),
            () -> now)
        .handle(
            application,
            CatalogStatus.INCOMPLETE,
            new Exchange(new Route.PassThrough(), request, response, new Links("", "/sparkui")),
            chain);
  }

  /** Fails as Jersey does, after that time, and responds the second time. */
  private FilterChain failingFirst(Duration time) {
    return (request, response) -> {
      HttpServletResponse http = (HttpServletResponse) response;
      if (++tries == 1) {
        now = now.plus(time);
        http.setHeader("X-Of-First-Try", "1");
        http.sendError(500, "Request failed.");
        throw noStatusFile;
      }
      http.setStatus(200);
      http.getOutputStream().print("the jobs");
    };
  }

  @Test
  void keepsHeadersOfFiltersBeforeIt() throws Exception {
    handle(failingFirst(Duration.ofMillis(10)));

    assertThat(response.text()).isEqualTo("the jobs");
    assertThat(response.headers())
        .containsEntry("Access-Control-Allow-Origin", "https://notebooks.example")
        .containsEntry("Set-Cookie", "login=renewed")
        .doesNotContainKey("X-Of-First-Try");
  }

  @Test
  void doesNotTryAgainAfterSlowFailure() {
    assertThatThrownBy(() -> handle(failingFirst(Duration.ofMinutes(4)))).isSameAs(noStatusFile);

    assertThat(tries).isEqualTo(1);
    assertThat(response.getStatus()).isEqualTo(500);
    assertThat(response.text()).isEqualTo("Request failed.");
  }

  @Test
  void doesNotTryAgainIfRequestHasContent() {
    when(request.getContentLengthLong()).thenReturn(3L);

    assertThatThrownBy(() -> handle(failingFirst(Duration.ZERO))).isSameAs(noStatusFile);

    assertThat(tries).isEqualTo(1);
    assertThat(response.getStatus()).isEqualTo(500);
  }

  @Test
  void doesNotTryAgainAfterCommittedResponse() {
    FilterChain chain =
        (request, response) -> {
          tries++;
          response.getOutputStream().print("the first jobs");
          response.flushBuffer();
          throw noStatusFile;
        };

    assertThatThrownBy(() -> handle(chain)).isSameAs(noStatusFile);

    assertThat(tries).isEqualTo(1);
    assertThat(response.text()).isEqualTo("the first jobs");
  }

  @Test
  void sendsLastStatusOfSeveral() throws Exception {
    handle(
        (request, response) -> {
          HttpServletResponse http = (HttpServletResponse) response;
          http.sendError(404, "no such job");
          http.setStatus(200);
          http.getOutputStream().print("found after all");
        });

    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.text()).isEqualTo("found after all");
  }
}
