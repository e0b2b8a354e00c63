// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.sparklive.http.Prefixes;
import io.sparklive.pages.Pages;
import io.sparklive.pages.RecordedResponse;
import io.sparklive.pages.SparkTheme;
import io.sparklive.routing.ExternalLinks;
import io.sparklive.routing.Routes;
import io.sparklive.spi.Deployment;
import io.sparklive.spi.SecurityHeaders;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Until the runtime is ready, the filter's own paths respond with 503; all others pass through. */
class NotReadyHandlerTest {
  private final NotReadyHandler handler =
      new NotReadyHandler(
          new WebContext(
              new Routes("/sparkui", Deployment.EMBEDDED),
              new ExternalLinks(new Prefixes(Optional::empty), "/sparkui", Deployment.EMBEDDED),
              new Pages(() -> new SparkTheme("4.2.0"), SecurityHeaders.USUAL),
              UserRequirementTest.requirement("auto", false, Deployment.EMBEDDED)));
  private final RecordedResponse response = new RecordedResponse();
  private final FilterChain chain = mock(FilterChain.class);

  private static HttpServletRequest request(String path) {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getRequestURI()).thenReturn(path);
    when(request.getContextPath()).thenReturn("");
    when(request.getScheme()).thenReturn("http");
    return request;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/sparkui",
        "/sparkui/",
        "/sparkui/-/applications",
        "/sparkui/-/health",
        "/sparkui/-/assets/running.js",
        "/sparkui/app-1/jobs/",
        "/proxy/app-1/jobs/",
        "/sparkui/app-1/jobs/x.css",
        "/sparkui/app%31/jobs/"
      })
  void respondsWith503OnPathsOfTheFilter(String path) throws Exception {
    handler.handle(request(path), response, chain);

    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.headers()).containsKey("Retry-After");
    assertThat(response.text()).contains("Not ready yet");
    verifyNoInteractions(chain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/home", "/history/app-1/jobs/", "/api/v1/applications/app-1/jobs"})
  void passesOtherPathsThrough(String path) throws Exception {
    HttpServletRequest request = request(path);

    handler.handle(request, response, chain);

    verify(chain).doFilter(request, response);
    assertThat(response.bytes()).isEmpty();
  }
}
