package io.sparklive.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationId;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.LoggedDriver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

class LoggedDriversTest {
  private static final ApplicationId ID = new ApplicationId("app-1");

  private final HistoryCatalog catalog = mock(HistoryCatalog.class);
  private final ClientDrivers clientDrivers = mock(ClientDrivers.class);
  private Instant now = Instant.parse("2026-11-21T09:00:00Z");
  private final LoggedDrivers drivers = new LoggedDrivers(clientDrivers, () -> now);

  @BeforeEach
  void findNobody() {
    when(clientDrivers.look(any())).thenAnswer(call -> CompletableFuture.completedFuture(false));
  }

  private CompletableFuture<Boolean> lookIsUnderWay(String id) {
    CompletableFuture<Boolean> search = new CompletableFuture<>();
    when(clientDrivers.look(isOf(id))).thenReturn(search);
    return search;
  }

  private static ClientDrivers.Claim isOf(String id) {
    return argThat(claim -> claim != null && claim.id().value().equals(id));
  }

  private void assertLooks(String id, int looks) {
    verify(clientDrivers, times(looks)).look(isOf(id));
  }

  @Test
  void whatWasNotFoundIsNotLookedForAgainSoon() {
    assertThat(drivers.isLookedFor(ID, catalog)).isTrue();
    assertLooks("app-1", 1);

    assertThat(drivers.isLookedFor(ID, catalog)).isFalse();
    now = now.plusSeconds(59);
    assertThat(drivers.isLookedFor(ID, catalog)).isFalse();
    assertLooks("app-1", 1);

    now = now.plusSeconds(1);
    assertThat(drivers.isLookedFor(ID, catalog)).isTrue();
    assertLooks("app-1", 2);
  }

  @Test
  void everyFailureDoublesTheRestUpToAnHour() {
    for (long minutes : List.of(1, 2, 4, 8, 16, 32, 64, 64, 64)) {
      assertThat(drivers.isLookedFor(ID, catalog)).isTrue();
      now = now.plus(Duration.ofMinutes(minutes)).minusMillis(1);
      assertThat(drivers.isLookedFor(ID, catalog)).isFalse();
      now = now.plusMillis(1);
    }
    assertLooks("app-1", 9);
  }

  @Test
  void oneThatIsFoundIsLookedForAgainAtOnceWhenItIsLost() {
    drivers.isLookedFor(ID, catalog);
    now = now.plus(Duration.ofMinutes(1));
    when(clientDrivers.look(isOf("app-1"))).thenReturn(CompletableFuture.completedFuture(true));
    assertThat(drivers.isLookedFor(ID, catalog)).isTrue();
    assertThat(drivers.isLookedFor(ID, catalog)).isTrue();
    assertLooks("app-1", 3);

    when(clientDrivers.look(isOf("app-1"))).thenReturn(CompletableFuture.completedFuture(false));
    assertThat(drivers.isLookedFor(ID, catalog)).isTrue();
    now = now.plus(Duration.ofMinutes(1));
    assertThat(drivers.isLookedFor(ID, catalog)).isTrue();
  }

  @Test
  void oneSearchIsEnoughForAll() {
    CompletableFuture<Boolean> search = lookIsUnderWay("app-1");

    assertThat(drivers.isLookedFor(ID, catalog)).isTrue();
    assertThat(drivers.isLookedFor(ID, catalog)).isTrue();
    assertLooks("app-1", 1);

    search.complete(false);
    assertThat(drivers.isLookedFor(ID, catalog)).isFalse();
  }

  @Test
  void twoAreLookedForAtOnceAndNoMore() {
    CompletableFuture<Boolean> first = lookIsUnderWay("app-1");
    CompletableFuture<Boolean> second = lookIsUnderWay("app-2");
    CompletableFuture<Boolean> third = lookIsUnderWay("app-3");
    drivers.isLookedFor(ID, catalog);
    drivers.isLookedFor(new ApplicationId("app-2"), catalog);

    assertThat(drivers.isLookedFor(new ApplicationId("app-3"), catalog)).isTrue();
    assertLooks("app-3", 0);

    first.complete(false);
    assertThat(drivers.isLookedFor(new ApplicationId("app-3"), catalog)).isTrue();
    assertLooks("app-3", 1);
    assertThat(List.of(second, third)).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void onlyThousandFailuresAreRemembered() {
    for (int i = 0; i < 1001; i++) {
      drivers.isLookedFor(new ApplicationId("app-" + i), catalog);
    }

    assertThat(drivers.isLookedFor(new ApplicationId("app-1000"), catalog)).isFalse();
    assertThat(drivers.isLookedFor(new ApplicationId("app-0"), catalog)).isTrue();
  }

  private ClientDrivers.Claim claim() {
    drivers.isLookedFor(ID, catalog);
    ArgumentCaptor<ClientDrivers.Claim> claim = ArgumentCaptor.forClass(ClientDrivers.Claim.class);
    verify(clientDrivers).look(claim.capture());
    return claim.getValue();
  }

  @Test
  void theDriverIsWhereItsEventLogSays() throws IOException {
    when(catalog.loggedDriver(ID))
        .thenReturn(
            Optional.of(new LoggedDriver("jupyter", Optional.of(4041), Optional.of("team-a"))));

    assertThat(claim().whereabouts())
        .isEqualTo(new Whereabouts(List.of("jupyter.team-a.svc", "jupyter"), Optional.of(4041)));
    assertThat(claim().isBackedUp()).isFalse();
  }

  @Test
  void anEventLogThatDoesNotSayIsSaid() {
    when(catalog.loggedDriver(ID)).thenReturn(Optional.empty());

    Assertions.assertThatIOException()
        .isThrownBy(() -> claim().whereabouts())
        .withMessage("its event log does not say where it is");
  }
}
