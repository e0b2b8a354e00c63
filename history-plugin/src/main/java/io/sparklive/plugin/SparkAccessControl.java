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
 * The History Server's access control lists, decided by Spark's own {@code SecurityManager}, set up
 * as the History Server does it for a complete application ({@code FsHistoryProvider.scala}).
 *
 * <p>To make one takes some milliseconds, and to find the groups of a user starts a process: both
 * are remembered, the answers for ten seconds.
 */
final class SparkAccessControl implements AccessControl {
  private static final Duration BRIEFLY = Duration.ofSeconds(10);
  private static final Duration LONGER = Duration.ofMinutes(10);
  // An application's lists may be long.
  private static final int MOST_APPLICATIONS = 300;
  private static final int MOST_ANSWERS = 10_000;

  private final SparkSettings settings;
  private final boolean controlled;
  private final ExpiringCache<Protected, SecurityManager> managers;
  private final ExpiringCache<Question, Boolean> answers;

  /**
   * What decides about an application.
   *
   * @param owner its user
   */
  record Protected(String owner, AccessLists lists) {
    // Nobody is called so.
    private static final Protected UNKNOWN = new Protected("", AccessLists.EMPTY);

    static Protected of(LiveApplication application) {
      return application
          .settings()
          .map(DriverSettings::accessLists)
          .map(lists -> new Protected(application.facts().user(), lists))
          .orElse(UNKNOWN);
    }
  }

  private record Question(Permission right, String user, Protected what) {}

  SparkAccessControl(SparkSettings settings, InstantSource clock) {
    this.settings = settings;
    this.controlled = settings.areAclsEnabled();
    this.managers = new ExpiringCache<>(MOST_APPLICATIONS, LONGER, clock);
    this.answers = new ExpiringCache<>(MOST_ANSWERS, BRIEFLY, clock);
  }

  @Override
  public boolean isControlled() {
    return controlled;
  }

  @Override
  public boolean has(Permission right, String user, LiveApplication application) {
    if (!controlled) {
      return true;
    }
    Question question = new Question(right, user, Protected.of(application));
    Optional<Boolean> known = answers.get(question);
    if (known.isPresent()) {
      return known.get();
    }
    boolean allowed = decide(question);
    answers.put(question, allowed);
    return allowed;
  }

  private boolean decide(Question question) {
    SecurityManager manager =
        managers
            .get(question.what())
            .orElseGet(
                () -> {
                  SecurityManager made = SecurityManagerFactory.of(settings, question.what());
                  managers.put(question.what(), made);
                  return made;
                });
    return switch (question.right()) {
      case VIEW -> manager.checkUIViewPermissions(question.user());
      case MODIFY -> manager.checkModifyPermissions(question.user());
      case ADMINISTER -> manager.checkAdminPermissions(question.user());
    };
  }
}
