// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.address;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.foundStarting;
import static io.sparklive.application.SampleApplications.info;
import static io.sparklive.application.SampleApplications.lost;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Applications whose drivers require a login of their own. */
class AuthRequiredApplicationsTest {
  private static final ApplicationId A = new ApplicationId("app-a");
  private static final SourceRef HERE = new SourceRef("static", "here");
  private static final DriverAddress ADDRESS = new DriverAddress("10.0.0.7", 4440, true);
  private static final DiscoveryEvent.AuthRequired AUTH_REQUIRED =
      new DiscoveryEvent.AuthRequired(HERE, ADDRESS);

  private final ApplicationRegistry registry = new ApplicationRegistry();

  private LiveApplication application() {
    return registry.find(A).orElseThrow();
  }

  @Test
  void registersDriverThatRequiresLogin() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(AUTH_REQUIRED);

    assertThat(application().state()).isEqualTo(ApplicationState.AUTH_REQUIRED);
    assertThat(application().state().hasUi()).isTrue();
    assertThat(application().state().isRunning()).isTrue();
    assertThat(application().address()).contains(ADDRESS);
    assertThat(application().settings()).isEmpty();
    assertThat(registry.all()).containsExactly(application());
  }

  @Test
  void replacesNoUiStateByAuthRequired() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(new DiscoveryEvent.NoUi(HERE));
    registry.apply(AUTH_REQUIRED);

    assertThat(application().state()).isEqualTo(ApplicationState.AUTH_REQUIRED);
    registry.apply(new DiscoveryEvent.NoUi(HERE));
    assertThat(application().state()).isEqualTo(ApplicationState.AUTH_REQUIRED);
  }

  @Test
  void keepsLiveState() {
    registry.apply(found("here", "app-a"));
    registry.apply(AUTH_REQUIRED);

    assertThat(application().state()).isEqualTo(ApplicationState.LIVE);
    assertThat(application().address()).contains(address("here"));
  }

  @Test
  void becomesLiveOnceDriverResponds() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(AUTH_REQUIRED);
    registry.apply(found("here", "app-a"));

    assertThat(application().state()).isEqualTo(ApplicationState.LIVE);
    assertThat(application().address()).contains(address("here"));
  }

  @Test
  void keepsAddressIfEventHasNone() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(AUTH_REQUIRED);
    registry.apply(foundStarting("here", "app-a"));

    assertThat(application().state()).isEqualTo(ApplicationState.AUTH_REQUIRED);
    assertThat(application().address()).contains(ADDRESS);
  }

  @Test
  void updatesAddress() {
    DriverAddress moved = new DriverAddress("10.0.0.8", 4040);
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(AUTH_REQUIRED);
    List<LiveApplication> before = registry.all();

    registry.apply(new DiscoveryEvent.AuthRequired(HERE, moved));

    assertThat(application().address()).contains(moved);
    assertThat(registry.all()).containsExactly(application());
    assertThat(before).extracting(LiveApplication::address).containsExactly(Optional.of(ADDRESS));
  }

  @Test
  void endsIfDriverIsLost() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(AUTH_REQUIRED);
    registry.apply(lost("here", STARTED.plusSeconds(60)));

    assertThat(application().state()).isEqualTo(ApplicationState.ENDED);
    assertThat(application().address()).isEmpty();
    registry.apply(AUTH_REQUIRED);
    assertThat(application().state()).isEqualTo(ApplicationState.ENDED);
  }

  @Test
  void keepsOwnershipOfId() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(AUTH_REQUIRED);
    registry.apply(found("there", "app-a"));

    assertThat(application().source()).isEqualTo(HERE);
    assertThat(application().state()).isEqualTo(ApplicationState.AUTH_REQUIRED);
    assertThat(registry.conflicts()).hasSize(1);
  }

  @Test
  void ignoresSettings() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(AUTH_REQUIRED);
    registry.apply(
        new DiscoveryEvent.SettingsReported(
            HERE, A, STARTED, new DriverSettings(true, AccessLists.EMPTY)));

    assertThat(application().settings()).isEmpty();
    assertThat(application().info()).isEqualTo(info("app-a"));
  }

  @Test
  void ignoresUnknownDriver() {
    registry.apply(AUTH_REQUIRED);

    assertThat(registry.all()).isEmpty();
  }
}
