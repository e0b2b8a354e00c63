// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.harness.LoggedLines;
import io.sparklive.kubernetes.ApiFailure;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutagesTest {
  private static final String BEGINS = "Kubernetes watch lost: ";
  private static final String IS_OVER = "Kubernetes watch restored after ";

  private final LoggedLines logged = new LoggedLines();
  private Instant now = Instant.parse("2026-11-21T09:00:00Z");
  private final Outages outages = new Outages(() -> now);
  private final PodWatch etl = watch("etl");
  private final PodWatch spark = watch("spark");

  @AfterEach
  void endLog() {
    logged.close();
  }

  private static PodWatch watch(String namespace) {
    PodWatch watch = mock(PodWatch.class);
    when(watch.query()).thenReturn(PodQuery.drivers(namespace));
    return watch;
  }

  private static ApiFailure failure(ApiFailure.Kind kind, String message) {
    return new ApiFailure(kind, message, Duration.ZERO, new IllegalStateException("the cause"));
  }

  private static ApiFailure unavailable() {
    return failure(ApiFailure.Kind.UNAVAILABLE, "it is away");
  }

  @Test
  void logsOutageOnceForAllWatches() {
    outages.recordFailure(etl, unavailable());
    outages.recordFailure(etl, failure(ApiFailure.Kind.UNAUTHORIZED, "who are you"));
    outages.recordFailure(spark, unavailable());

    assertThat(logged.with(BEGINS)).hasSize(1).first().asString().contains("WARN", "it is away");
    assertThat(logged.with("the cause")).isEmpty();
  }

  @Test
  void logsEndOnceLastWatchRecovers() {
    outages.recordFailure(etl, unavailable());
    outages.recordFailure(spark, unavailable());
    now = now.plusSeconds(75);
    outages.recordSuccess(etl);
    outages.recordSuccess(etl);
    assertThat(logged.with(IS_OVER)).isEmpty();

    outages.recordSuccess(spark);
    outages.recordSuccess(spark);

    assertThat(logged.with(IS_OVER))
        .hasSize(1)
        .first()
        .asString()
        .contains("INFO", "after 75 s: API server");
  }

  @Test
  void logsNextOutage() {
    outages.recordFailure(etl, unavailable());
    outages.recordSuccess(etl);
    outages.recordFailure(etl, unavailable());
    outages.recordSuccess(etl);

    assertThat(logged.with(BEGINS)).hasSize(2);
    assertThat(logged.with(IS_OVER)).hasSize(2);
  }

  @Test
  void logsForbiddenNamespaceSeparately() {
    outages.recordFailure(etl, failure(ApiFailure.Kind.FORBIDDEN, "etl is forbidden"));
    outages.recordFailure(spark, unavailable());
    assertThat(logged.with(BEGINS)).hasSize(2);

    outages.recordSuccess(spark);
    assertThat(logged.with(IS_OVER)).hasSize(1);

    outages.recordSuccess(etl);
    assertThat(logged.with(" s: namespace etl")).hasSize(1);
  }

  @Test
  void replacesOutageOfWatchByNewCause() {
    outages.recordFailure(etl, unavailable());
    outages.recordFailure(etl, failure(ApiFailure.Kind.FORBIDDEN, "etl is forbidden"));

    assertThat(logged.with(" s: API server")).hasSize(1);

    outages.recordSuccess(etl);
    assertThat(logged.with(" s: namespace etl")).hasSize(1);
    assertThat(logged.with(BEGINS)).hasSize(2);
  }

  @Test
  void logsNothingForWorkingWatch() {
    outages.recordSuccess(etl);

    assertThat(logged.with("Running applications")).isEmpty();
  }
}
