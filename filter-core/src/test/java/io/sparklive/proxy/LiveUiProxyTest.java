package io.sparklive.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import io.sparklive.config.ForwardedCredentials;
import io.sparklive.config.ProxyLimits;
import io.sparklive.metrics.Metrics;
import io.sparklive.spi.SecurityHeaders;
import io.sparklive.spi.StaticFileSource;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.Test;

class LiveUiProxyTest {
  @Test
  void rejectsRequestAtConcurrencyLimit() throws Exception {
    ProxyTarget destination =
        new ProxyTarget(
            new ApplicationId("app-1"),
            new DriverAddress("10.0.0.7", 4040),
            Instant.EPOCH,
            "/jobs/",
            "/sparkui",
            true,
            false);
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getScheme()).thenReturn("http");
    AtomicReference<String> told = new AtomicReference<>();
    LiveUiProxy none =
        new LiveUiProxy(
            new ProxyLimits(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 0),
            new ForwardedCredentials(Set.of(), false),
            SecurityHeaders.USUAL,
            new SslContextFactory.Client(),
            "via",
            "/sparkui",
            (id, connection, question) -> CompletableFuture.completedFuture(false),
            StaticFileSource.NONE,
            new Metrics(InstantSource.system()));

    none.forward(
        request,
        mock(HttpServletResponse.class),
        destination,
        noResponse -> {
          told.set(destination.applicationId() + " " + noResponse.status() + " " + noResponse.reason());
          return true;
        });

    assertThat(told.get())
        .isEqualTo(
            "app-1 503 The History Server passes on as many requests as it can at the moment.");
  }
}
