// SPDX-License-Identifier: Apache-2.0
package io.sparklive.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.AccessLists;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SampleApplications;
import io.sparklive.spi.AccessControl;
import io.sparklive.spi.Permission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewPermissionCacheTest {
  private static final DriverSettings OF_VERA =
      new DriverSettings(true, new AccessLists("", "", "vera", "", "", ""));
  private static final DriverSettings WITHOUT_VIEWERS = new DriverSettings(true, AccessLists.EMPTY);
  private static final LiveApplication LIVE = application(Optional.of(OF_VERA));
  private static final Caller VERA = caller("vera");
  private static final Caller STEN = caller("sten");
  private static final Caller ANONYMOUS = caller(null);

  private final Queue<Runnable> background = new ArrayDeque<>();
  private final List<String> checks = new ArrayList<>();
  private Instant now = SampleApplications.STARTED;
  private boolean controlled = true;
  private boolean full;
  private boolean failing;

  private final AccessControl access =
      new AccessControl() {
        @Override
        public boolean isControlled() {
          return controlled;
        }

        @Override
        public boolean has(Permission permission, String user, LiveApplication application) {
          checks.add(user + " " + permission + " " + application.id());
          if (failing) {
            throw new IllegalStateException("thrown by the test");
          }
          return permission == Permission.VIEW
              && application.settings().stream()
                  .anyMatch(s -> s.accessLists().viewers().equals(user));
        }
      };
  private final ViewPermissionCache views = views(true);

  private ViewPermissionCache views(boolean requireUser) {
    return new ViewPermissionCache(
        new RequestAuthorizer(access, new RequestAuthorizer.Rules(requireUser, true, false)),
        task -> {
          if (full) {
            throw new RejectedExecutionException("thrown by the test");
          }
          background.add(task);
        },
        () -> now);
  }

  private static LiveApplication application(Optional<DriverSettings> settings) {
    LiveApplication live = SampleApplications.live("app-1");
    return new LiveApplication(
        live.id(),
        ApplicationState.LIVE,
        live.info(),
        live.address(),
        live.namespace(),
        live.source(),
        settings,
        live.progress(),
        Optional.empty(),
        live.ended());
  }

  private static Caller caller(@Nullable String user) {
    return new Caller(Optional.ofNullable(user), Optional.empty());
  }

  /** Runs the tasks of the background thread. */
  private void runChecks() {
    while (!background.isEmpty()) {
      background.remove().run();
    }
  }

  private void after(long seconds) {
    now = now.plus(Duration.ofSeconds(seconds));
  }

  @Test
  void deniesUntilBackgroundCheckCompletes() {
    assertThat(views.checkView(VERA, LIVE)).isFalse();
    assertThat(checks).isEmpty();

    runChecks();

    assertThat(views.checkView(VERA, LIVE)).isTrue();
    assertThat(checks).containsExactly("vera VIEW app-1");
  }

  @Test
  void keepsDenyingUnpermittedUser() {
    views.checkView(STEN, LIVE);
    runChecks();

    assertThat(views.checkView(STEN, LIVE)).isFalse();
    assertThat(checks).containsExactly("sten VIEW app-1");
    assertThat(background).isEmpty();
  }

  @Test
  void startsOneCheckPerPermission() {
    for (int i = 0; i < 10; i++) {
      assertThat(views.checkView(VERA, LIVE)).isFalse();
    }

    assertThat(background).hasSize(1);
  }

  @Test
  void checksEachUserAndApplicationSeparately() {
    LiveApplication other = SampleApplications.live("app-2");
    views.checkView(VERA, LIVE);
    views.checkView(STEN, LIVE);
    views.checkView(VERA, other);
    runChecks();

    assertThat(checks).containsExactly("vera VIEW app-1", "sten VIEW app-1", "vera VIEW app-2");
    assertThat(views.checkView(VERA, LIVE)).isTrue();
    assertThat(views.checkView(STEN, LIVE)).isFalse();
    assertThat(views.checkView(VERA, other)).isFalse();
  }

  @Test
  void cachesPermissionAndRefreshesItInBackground() {
    views.checkView(VERA, LIVE);
    runChecks();
    after(30);
    assertThat(views.checkView(VERA, LIVE)).isTrue();
    assertThat(background).isEmpty();

    after(1);

    assertThat(views.checkView(VERA, LIVE)).as("during the refresh").isTrue();
    assertThat(background).hasSize(1);
    runChecks();
    assertThat(checks).hasSize(2);
    assertThat(views.checkView(VERA, LIVE)).isTrue();
    assertThat(background).isEmpty();
  }

  @Test
  void expiresPermissionWithoutRefresh() {
    views.checkView(VERA, LIVE);
    runChecks();
    after(299);
    assertThat(views.checkView(VERA, LIVE)).isTrue();

    after(1);

    assertThat(views.checkView(VERA, LIVE)).isFalse();
    runChecks();
    assertThat(views.checkView(VERA, LIVE)).isTrue();
  }

  @Test
  void rechecksPermissionIfSettingsChange() {
    LiveApplication unknown = application(Optional.empty());
    views.checkView(VERA, unknown);
    runChecks();
    assertThat(views.checkView(VERA, unknown)).isFalse();

    assertThat(views.checkView(VERA, LIVE)).isFalse();
    runChecks();
    assertThat(views.checkView(VERA, LIVE)).isTrue();

    LiveApplication closed = application(Optional.of(WITHOUT_VIEWERS));
    assertThat(views.checkView(VERA, closed)).as("by obsolete settings").isFalse();
    runChecks();
    assertThat(views.checkView(VERA, closed)).isFalse();
    assertThat(checks).hasSize(3);
  }

  @Test
  void deniesUnauthenticatedUserIfAccessIsControlled() {
    for (boolean requireUser : new boolean[] {true, false}) {
      assertThat(views(requireUser).checkView(ANONYMOUS, LIVE)).isFalse();
      assertThat(views(requireUser).checkView(caller(""), LIVE)).isFalse();
    }
    assertThat(background).isEmpty();
  }

  @Test
  void allowsImmediatelyIfAccessIsNotControlled() {
    controlled = false;

    assertThat(views.checkView(STEN, LIVE)).isTrue();
    assertThat(views.checkView(ANONYMOUS, LIVE)).as("a user is required").isFalse();
    assertThat(views(false).checkView(ANONYMOUS, LIVE)).isTrue();
    assertThat(background).isEmpty();
    assertThat(checks).isEmpty();
  }

  @Test
  void retriesCheckThatExecutorRejected() {
    full = true;
    for (int i = 0; i < 3; i++) {
      assertThat(views.checkView(VERA, LIVE)).isFalse();
    }
    full = false;

    assertThat(views.checkView(VERA, LIVE)).isFalse();
    runChecks();

    assertThat(views.checkView(VERA, LIVE)).isTrue();
  }

  @Test
  void keepsPermissionIfExecutorRejectsRefresh() {
    views.checkView(VERA, LIVE);
    runChecks();
    after(60);
    full = true;

    assertThat(views.checkView(VERA, LIVE)).isTrue();
  }

  @Test
  void deniesAndRetriesIfCheckFails() {
    failing = true;
    views.checkView(VERA, LIVE);
    runChecks();
    assertThat(views.checkView(VERA, LIVE)).isFalse();
    assertThat(background).as("no check per view").isEmpty();
    failing = false;
    after(31);

    views.checkView(VERA, LIVE);
    runChecks();

    assertThat(views.checkView(VERA, LIVE)).isTrue();
    assertThat(checks).hasSize(2);
  }

  @Test
  void sharesPermissionAmongSimilarApplications() {
    LiveApplication alike = of("app-2", "ada", ApplicationState.LIVE);
    views.checkView(VERA, LIVE);
    runChecks();

    assertThat(views.checkView(VERA, alike)).isTrue();
    assertThat(checks).containsExactly("vera VIEW app-1");
  }

  @Test
  void rechecksIdRestartedByOtherUser() {
    views.checkView(VERA, LIVE);
    runChecks();

    assertThat(views.checkView(VERA, of("app-1", "eve", ApplicationState.LIVE))).isFalse();
    assertThat(background).hasSize(1);
  }

  @Test
  void appliesPermissionsOfImpersonatedUser() {
    Caller forSten = new Caller(Optional.of("vera"), Optional.of("sten"));
    views.checkView(VERA, LIVE);
    runChecks();

    assertThat(views.checkView(forSten, LIVE)).isFalse();
    runChecks();
    assertThat(views.checkView(forSten, LIVE)).isFalse();
    assertThat(checks).contains("vera ADMINISTER app-1");
  }

  @Test
  void rechecksPermissionIfDriverNoLongerRequiresLogin() {
    views.checkView(VERA, of("app-1", "ada", ApplicationState.AUTH_REQUIRED));
    runChecks();

    assertThat(views.checkView(VERA, LIVE)).isFalse();
    assertThat(background).hasSize(1);
  }

  private static LiveApplication of(String id, String owner, ApplicationState state) {
    return new LiveApplication(
        new ApplicationId(id),
        state,
        new ApplicationInfo(id, Optional.empty(), SampleApplications.STARTED, owner, "4.2.0"),
        LIVE.address(),
        LIVE.namespace(),
        LIVE.source(),
        LIVE.settings(),
        LIVE.progress(),
        Optional.empty(),
        LIVE.ended());
  }
}
