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
import org.junit.jupiter.api.Test;

class ViewPermissionCacheTest {
  private static final DriverSettings OF_VERA =
      new DriverSettings(true, new AccessLists("", "", "vera", "", "", ""));
  private static final DriverSettings OF_NOBODY = new DriverSettings(true, AccessLists.EMPTY);
  private static final LiveApplication LIVE = application(Optional.of(OF_VERA));
  private static final Caller VERA = caller("vera");
  private static final Caller STEN = caller("sten");
  private static final Caller NOBODY = caller(null);

  private final Queue<Runnable> background = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
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
        public boolean has(Permission right, String user, LiveApplication application) {
          asked.add(user + " " + right + " " + application.id());
          if (failing) {
            throw new IllegalStateException("as the test wants it");
          }
          return right == Permission.VIEW
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
            throw new RejectedExecutionException("as the test wants it");
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
        live.facts(),
        live.address(),
        live.namespace(),
        live.source(),
        settings,
        live.progress(),
        live.ended());
  }

  private static Caller caller(String user) {
    return new Caller(Optional.ofNullable(user), Optional.empty());
  }

  /** Does what is to be done in the background. */
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
    assertThat(views.mayView(VERA, LIVE)).isFalse();
    assertThat(asked).isEmpty();

    runChecks();

    assertThat(views.mayView(VERA, LIVE)).isTrue();
    assertThat(asked).containsExactly("vera VIEW app-1");
  }

  @Test
  void keepsDenyingUnpermittedUser() {
    views.mayView(STEN, LIVE);
    runChecks();

    assertThat(views.mayView(STEN, LIVE)).isFalse();
    assertThat(asked).containsExactly("sten VIEW app-1");
    assertThat(background).isEmpty();
  }

  @Test
  void startsOneCheckPerPermission() {
    for (int i = 0; i < 10; i++) {
      assertThat(views.mayView(VERA, LIVE)).isFalse();
    }

    assertThat(background).hasSize(1);
  }

  @Test
  void checksEachUserAndApplicationSeparately() {
    LiveApplication other = SampleApplications.live("app-2");
    views.mayView(VERA, LIVE);
    views.mayView(STEN, LIVE);
    views.mayView(VERA, other);
    runChecks();

    assertThat(asked).containsExactly("vera VIEW app-1", "sten VIEW app-1", "vera VIEW app-2");
    assertThat(views.mayView(VERA, LIVE)).isTrue();
    assertThat(views.mayView(STEN, LIVE)).isFalse();
    assertThat(views.mayView(VERA, other)).isFalse();
  }

  @Test
  void cachesPermissionAndRefreshesItInBackground() {
    views.mayView(VERA, LIVE);
    runChecks();
    after(30);
    assertThat(views.mayView(VERA, LIVE)).isTrue();
    assertThat(background).isEmpty();

    after(1);

    assertThat(views.mayView(VERA, LIVE)).as("as long as it is renewed").isTrue();
    assertThat(background).hasSize(1);
    runChecks();
    assertThat(asked).hasSize(2);
    assertThat(views.mayView(VERA, LIVE)).isTrue();
    assertThat(background).isEmpty();
  }

  @Test
  void expiresPermissionWithoutRefresh() {
    views.mayView(VERA, LIVE);
    runChecks();
    after(299);
    assertThat(views.mayView(VERA, LIVE)).isTrue();

    after(1);

    assertThat(views.mayView(VERA, LIVE)).isFalse();
    runChecks();
    assertThat(views.mayView(VERA, LIVE)).isTrue();
  }

  @Test
  void rechecksPermissionIfSettingsChange() {
    LiveApplication unknown = application(Optional.empty());
    views.mayView(VERA, unknown);
    runChecks();
    assertThat(views.mayView(VERA, unknown)).isFalse();

    assertThat(views.mayView(VERA, LIVE)).isFalse();
    runChecks();
    assertThat(views.mayView(VERA, LIVE)).isTrue();

    LiveApplication closed = application(Optional.of(OF_NOBODY));
    assertThat(views.mayView(VERA, closed)).as("by what does not hold any more").isFalse();
    runChecks();
    assertThat(views.mayView(VERA, closed)).isFalse();
    assertThat(asked).hasSize(3);
  }

  @Test
  void deniesUnauthenticatedUserIfAccessIsControlled() {
    for (boolean requireUser : new boolean[] {true, false}) {
      assertThat(views(requireUser).mayView(NOBODY, LIVE)).isFalse();
      assertThat(views(requireUser).mayView(caller(""), LIVE)).isFalse();
    }
    assertThat(background).isEmpty();
  }

  @Test
  void allowsImmediatelyIfAccessIsNotControlled() {
    controlled = false;

    assertThat(views.mayView(STEN, LIVE)).isTrue();
    assertThat(views.mayView(NOBODY, LIVE)).as("where a user is required").isFalse();
    assertThat(views(false).mayView(NOBODY, LIVE)).isTrue();
    assertThat(background).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void retriesCheckThatExecutorRejected() {
    full = true;
    for (int i = 0; i < 3; i++) {
      assertThat(views.mayView(VERA, LIVE)).isFalse();
    }
    full = false;

    assertThat(views.mayView(VERA, LIVE)).isFalse();
    runChecks();

    assertThat(views.mayView(VERA, LIVE)).isTrue();
  }

  @Test
  void keepsPermissionIfExecutorRejectsRefresh() {
    views.mayView(VERA, LIVE);
    runChecks();
    after(60);
    full = true;

    assertThat(views.mayView(VERA, LIVE)).isTrue();
  }

  @Test
  void deniesAndRetriesIfCheckFails() {
    failing = true;
    views.mayView(VERA, LIVE);
    runChecks();
    assertThat(views.mayView(VERA, LIVE)).isFalse();
    assertThat(background).as("not with every look").isEmpty();
    failing = false;
    after(31);

    views.mayView(VERA, LIVE);
    runChecks();

    assertThat(views.mayView(VERA, LIVE)).isTrue();
    assertThat(asked).hasSize(2);
  }

  @Test
  void sharesPermissionAmongSimilarApplications() {
    LiveApplication alike = of("app-2", "ada", ApplicationState.LIVE);
    views.mayView(VERA, LIVE);
    runChecks();

    assertThat(views.mayView(VERA, alike)).isTrue();
    assertThat(asked).containsExactly("vera VIEW app-1");
  }

  @Test
  void rechecksIdRestartedByOtherUser() {
    views.mayView(VERA, LIVE);
    runChecks();

    assertThat(views.mayView(VERA, of("app-1", "eve", ApplicationState.LIVE))).isFalse();
    assertThat(background).hasSize(1);
  }

  @Test
  void appliesPermissionsOfImpersonatedUser() {
    Caller forSten = new Caller(Optional.of("vera"), Optional.of("sten"));
    views.mayView(VERA, LIVE);
    runChecks();

    assertThat(views.mayView(forSten, LIVE)).isFalse();
    runChecks();
    assertThat(views.mayView(forSten, LIVE)).isFalse();
    assertThat(asked).contains("vera ADMINISTER app-1");
  }

  @Test
  void rechecksPermissionIfDriverNoLongerRequiresLogin() {
    views.mayView(VERA, of("app-1", "ada", ApplicationState.AUTH_REQUIRED));
    runChecks();

    assertThat(views.mayView(VERA, LIVE)).isFalse();
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
        LIVE.ended());
  }
}
