// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.http.Prefixes;
import io.sparklive.pages.Pages;
import io.sparklive.pages.RecordedResponse;
import io.sparklive.pages.SparkTheme;
import io.sparklive.routing.ExternalLinks;
import io.sparklive.routing.Route;
import io.sparklive.routing.Routes;
import io.sparklive.spi.Deployment;
import io.sparklive.spi.SecurityHeaders;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a link by the name of a driver pod waits for the pod. */
class SubmissionHandlerTest {
  private static final Duration MAX_WAIT = Duration.ofMinutes(10);

  private final Submissions submissions = mock(Submissions.class);
  private final ExternalLinks links =
      new ExternalLinks(new Prefixes(Optional::empty), "/sparkui", Deployment.EMBEDDED);
  private Instant now = Instant.parse("2026-11-21T08:00:00Z");
  private final SubmissionHandler handler =
      new SubmissionHandler(
          submissions,
          mock(RequestAuthorizer.class),
          new WebContext(
              new Routes("/sparkui", Deployment.EMBEDDED),
              links,
              new Pages(() -> new SparkTheme("4.2.0"), SecurityHeaders.USUAL),
              UserRequirementTest.requirement("auto", false, Deployment.EMBEDDED)),
          () -> now);

  @BeforeEach
  void watchNamespace() {
    when(submissions.find(submission("a"))).thenReturn(Optional.empty());
    when(submissions.find(submission("b"))).thenReturn(Optional.empty());
    when(submissions.coverage("etl")).thenReturn(Submissions.Coverage.UP);
  }

  private static Route.Submission submission(String name) {
    return new Route.Submission(Route.Submission.Kind.POD, "etl", name);
  }

  private RecordedResponse open(String name) throws IOException {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getMethod()).thenReturn("GET");
    when(request.getRequestURI()).thenReturn("/sparkui/-/pods/etl/" + name);
    when(request.getContextPath()).thenReturn("");
    when(request.getScheme()).thenReturn("http");
    RecordedResponse response = new RecordedResponse();
    Route.Submission route = submission(name);
    handler.handle(
        route, new Exchange(route, request, response, links.of(request)), mock(FilterChain.class));
    return response;
  }

  @Test
  void waitsTenMinutesFromFirstRequest() throws IOException {
    assertThat(open("a").getStatus()).isEqualTo(503);
    now = now.plus(MAX_WAIT).minusSeconds(1);
    RecordedResponse waiting = open("a");
    assertThat(waiting.getStatus()).isEqualTo(503);
    assertThat(waiting.headers()).containsKey("Retry-After");

    now = now.plusSeconds(1);

    RecordedResponse late = open("a");
    assertThat(late.getStatus()).isEqualTo(404);
    assertThat(late.headers()).doesNotContainKey("Retry-After");
    assertThat(open("b").getStatus()).isEqualTo(503);
  }

  @Test
  void measuresTimeOfEachName() throws IOException {
    open("a");
    open("b");

    now = now.plus(MAX_WAIT);

    assertThat(open("a").getStatus()).isEqualTo(404);
    assertThat(open("b").getStatus()).isEqualTo(404);
  }
}
