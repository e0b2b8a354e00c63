// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationId;
import io.sparklive.http.Prefixes;
import io.sparklive.routing.ExternalLinks;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import io.sparklive.routing.Routes;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class DeploymentTest {
  private static final Routes FRONTING = new Routes("/sparkui", Deployment.FRONTING);

  @Test
  void usesWholePathIfEmbedded() {
    HttpServletRequest request = request("/api/v1/version", "/api");
    assertThat(Deployment.EMBEDDED.path(request)).isEqualTo("/api/v1/version");
    assertThat(Deployment.EMBEDDED.context(request)).isEqualTo("/api");
    assertThat(Deployment.EMBEDDED.prefix(request)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'',     /sparkui/a/jobs/,       /sparkui/a/jobs/",
    "/spark, /spark/sparkui/a/jobs/, /sparkui/a/jobs/",
    "/spark, /spark/,                /",
    "/spark, /spark,                 /",
    // Not the context path as the container decodes it, so no part is removed.
    "/spark, /%73park/sparkui/a/,    /%73park/sparkui/a/",
    "/a/b,   /a/b/history/x,         /history/x"
  })
  void usesPathBelowWebApplicationIfFronting(String context, String uri, String path) {
    assertThat(Deployment.FRONTING.path(request(uri, context))).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "/static/webui.css, /static",
    "/api/v1/version, /api",
    "/api, /api",
    "/json/, /json",
    "/logPage/?a, /logPage",
    "/log;x=1/a, /log",
    "/history/app/, /history",
    "/apis/x, ''",
    "/, ''",
    "/any/static/x, ''"
  })
  void usesHistoryServerContextIfFronting(String path, String context) {
    assertThat(Deployment.FRONTING.context(request("/spark" + path, "/spark"))).isEqualTo(context);
  }

  @Test
  void routesAsEmbeddedIfFronting() {
    assertThat(FRONTING.of(request("/spark/sparkui/app-1/jobs/", "/spark")))
        .isEqualTo(new Route.LiveUi(new ApplicationId("app-1"), "/sparkui/app-1", "/jobs/"));
    assertThat(FRONTING.of(request("/spark/static/webui.css", "/spark")))
        .isEqualTo(new Route.PassThrough());
    assertThat(FRONTING.of(request("/spark/any", "/spark"))).isEqualTo(new Route.Home());
    assertThat(FRONTING.of(request("/spark/x/../sparkui/a/", "/spark")))
        .isEqualTo(new Route.Invalid());
    assertThat(FRONTING.of(request(null, "/spark"))).isEqualTo(new Route.PassThrough());
  }

  @Test
  void prefixesLinksWithWebApplicationPathIfFronting() {
    ExternalLinks links =
        new ExternalLinks(new Prefixes(Optional::empty), "/sparkui", Deployment.FRONTING);

    HttpServletRequest request = request("/spark/", "/spark");
    assertThat(links.of(request)).isEqualTo(new Links("/spark", "/sparkui"));
    when(request.getHeader("X-Forwarded-Prefix")).thenReturn("/outside");
    assertThat(links.of(request)).isEqualTo(new Links("/outside", "/sparkui"));
  }

  private static HttpServletRequest request(@Nullable String uri, String context) {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getRequestURI()).thenReturn(uri);
    when(request.getContextPath()).thenReturn(context);
    return request;
  }
}
