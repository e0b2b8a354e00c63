package io.sparklive.security;

import io.sparklive.testing.DriverProcess;
import io.sparklive.testing.SparkVersion;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may do what with a live application, with ACLs on: a table for people to read, and the
 * persons, settings and columns behind it.
 */
final class AccessMatrix {
  /** A status is what the person gets who may not. */
  static final String TABLE =
      """
      | person | UI | REST | overview | kill |
      | --- | --- | --- | --- | --- |
      | admin of the History Server | yes | yes | yes | yes |
      | in an admin group of the History Server | yes | yes | yes | yes |
      | admin of the application | yes | yes | yes | yes |
      | in an admin group of the application | yes | yes | yes | yes |
      | owner | yes | yes | yes | yes |
      | view user | yes | yes | yes | 403 |
      | in a view group | yes | yes | yes | 403 |
      | modify user | 403 | 403 | yes | yes |
      | in a modify group | 403 | 403 | yes | yes |
      | stranger | 403 | 403 | yes | 403 |
      | nobody | 401 | 401 | yes | 401 |
      """;

  static final String OWNER = "olga";

  /** What the History Server is told. */
  static final Map<String, String> OF_HISTORY_SERVER =
      Map.of(
          "spark.history.ui.acls.enable", "true",
          "spark.history.ui.admin.acls", "hera",
          "spark.history.ui.admin.acls.groups", "operators",
          "spark.user.groups.mapping", "io.sparklive.security.groups.TestGroups");

  private static final Map<String, String> OF_APPLICATION =
      Map.of(
          "spark.acls.enable", "true",
          "spark.admin.acls", "adam",
          "spark.admin.acls.groups", "leads",
          "spark.ui.view.acls", "victor",
          "spark.ui.view.acls.groups", "analysts",
          "spark.modify.acls", "mona",
          "spark.modify.acls.groups", "on-call");

  /** The columns of the table. */
  enum Column {
    UI,
    REST,
    OVERVIEW,
    KILL
  }

  /** The rows of the table; nobody has no user. */
  enum Role {
    ADMIN("admin of the History Server", "hera"),
    ADMIN_BY_GROUP("in an admin group of the History Server", "hugo"),
    OF_APPLICATION("admin of the application", "adam"),
    OF_APPLICATION_BY_GROUP("in an admin group of the application", "gwen"),
    OWNER("owner", AccessMatrix.OWNER),
    VIEWER("view user", "victor"),
    VIEWER_BY_GROUP("in a view group", "vera"),
    MODIFIER("modify user", "mona"),
    MODIFIER_BY_GROUP("in a modify group", "mike"),
    STRANGER("stranger", "sam"),
    NOBODY("nobody", null);

    private final String words;
    private final String user;

    Role(String words, String user) {
      this.words = words;
      this.user = user;
    }

    Optional<String> user() {
      return Optional.ofNullable(user);
    }

    static List<Role> withUser() {
      return Arrays.stream(values()).filter(role -> role.user().isPresent()).toList();
    }
  }

  private AccessMatrix() {}

  /** An application of {@link #OWNER} with settings for all of them. */
  static DriverProcess.Builder application(SparkVersion version, String name) {
    return DriverProcess.builder(version, name).user(OWNER).properties(OF_APPLICATION);
  }

  /** The same table of what is found to be. */
  static String tableOf(BiFunction<Role, Column, String> found) {
    Stream<String> head = TABLE.lines().limit(2);
    Stream<String> rows =
        Arrays.stream(Role.values())
            .map(
                role ->
                    Arrays.stream(Column.values())
                        .map(column -> found.apply(role, column))
                        .collect(Collectors.joining(" | ", "| " + role.words + " | ", " |")));
    return Stream.concat(head, rows).collect(Collectors.joining("\n", "", "\n"));
  }
}
