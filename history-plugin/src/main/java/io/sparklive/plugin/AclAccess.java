package io.sparklive.plugin;

import io.sparklive.access.Access;
import io.sparklive.access.Verdict;
import io.sparklive.application.LiveApplication;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The History Server's access control lists, as far as they are known without the application's
 * own: while {@code spark.history.ui.acls.enable} is on, live content is for the History Server's
 * administrators ({@code spark.history.ui.admin.acls}) alone.
 */
final class AclAccess implements Access {
  private final boolean enabled;
  private final Set<String> admins;

  AclAccess(boolean enabled, Set<String> admins) {
    this.enabled = enabled;
    this.admins = Set.copyOf(admins);
  }

  static AclAccess ofSystemProperties() {
    return new AclAccess(
        Boolean.parseBoolean(System.getProperty("spark.history.ui.acls.enable", "false").strip()),
        Arrays.stream(System.getProperty("spark.history.ui.admin.acls", "").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet()));
  }

  @Override
  public Verdict mayView(Optional<String> user, LiveApplication application) {
    if (!enabled) {
      return Verdict.ALLOWED;
    }
    if (user.isEmpty()) {
      return Verdict.LOGIN_REQUIRED;
    }
    boolean admin = admins.contains("*") || admins.contains(user.get());
    return admin ? Verdict.ALLOWED : Verdict.FORBIDDEN;
  }
}
