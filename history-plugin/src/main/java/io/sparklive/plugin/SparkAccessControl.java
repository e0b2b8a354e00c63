// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import io.sparklive.application.AccessLists;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.LiveApplication;
import io.sparklive.concurrent.ExpiringCache;
import io.sparklive.spi.AccessControl;
import io.sparklive.spi.Permission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.spark.SecurityManager;

/**
 * The access control of the History Server in this JVM. Spark's own {@code SecurityManager}
 * decides, configured as the History Server does it for a complete application ({@code
 * FsHistoryProvider.scala}).
 *
 * <p>To create one takes some milliseconds, and a lookup of a user's groups starts a process.
 * Therefore managers and decisions are cached, decisions for ten seconds.
 */
final class SparkAccessControl implements AccessControl {
  private static final Duration DECISION_TTL = Duration.ofSeconds(10);
  private static final Duration MANAGER_TTL = Duration.ofMinutes(10);
  // The access control lists of an application may be long.
  private static final int MOST_APPLICATIONS = 300;
  private static final int MOST_DECISIONS = 10_000;

  private final SparkSettings settings;
  private final boolean isControlled;
  private final ExpiringCache<Subject, SecurityManager> managers;
  private final ExpiringCache<Check, Boolean> decisions;

  /**
   * The properties of an application on which a decision depends.
   *
   * @param owner the user who runs it
   */
  record Subject(String owner, AccessLists lists) {
    // No user has this name.
    private static final Subject UNKNOWN = new Subject("", AccessLists.EMPTY);

    static Subject of(LiveApplication application) {
      return application
          .settings()
          .map(DriverSettings::accessLists)
          .map(lists -> new Subject(application.info().user(), lists))
          .orElse(UNKNOWN);
    }
  }

  private record Check(Permission permission, String user, Subject subject) {}

  SparkAccessControl(SparkSettings settings, InstantSource clock) {
    this.settings = settings;
    this.isControlled = settings.areAclsEnabled();
    this.managers = new ExpiringCache<>(MOST_APPLICATIONS, MANAGER_TTL, clock);
    this.decisions = new ExpiringCache<>(MOST_DECISIONS, DECISION_TTL, clock);
  }

  @Override
  public boolean isControlled() {
    return isControlled;
  }

  @Override
  public boolean has(Permission permission, String user, LiveApplication application) {
    if (!isControlled) {
      return true;
    }
    Check check = new Check(permission, user, Subject.of(application));
    Optional<Boolean> known = decisions.get(check);
    if (known.isPresent()) {
      return known.get();
    }
    boolean allowed = decide(check);
    decisions.put(check, allowed);
    return allowed;
  }

  private boolean decide(Check check) {
    SecurityManager manager =
        managers
            .get(check.subject())
            .orElseGet(
                () -> {
                  SecurityManager created = SecurityManagerFactory.of(settings, check.subject());
                  managers.put(check.subject(), created);
                  return created;
                });
    return switch (check.permission()) {
      case VIEW -> manager.checkUIViewPermissions(check.user());
      case MODIFY -> manager.checkModifyPermissions(check.user());
      case ADMINISTER -> manager.checkAdminPermissions(check.user());
    };
  }
}
