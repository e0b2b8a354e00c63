// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.ProjectFiles;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The permissions of each role for a live application, with ACLs on: a table for readers, and its
 * users, settings and columns.
 */
final class AccessMatrix {
  private static final Pattern IN_DOCS =
      Pattern.compile("<!-- matrix.*-->\n(.*)<!-- end of matrix -->", Pattern.DOTALL);

  static final String OWNER = "olga";

  /** The settings of the History Server. */
  static final Map<String, String> OF_HISTORY_SERVER =
      Map.of(
          "spark.company.acls", "true",
          "spark.company.admins", "hera",
          // Spark resolves variables.
          "spark.history.ui.acls.enable", "${spark.company.acls}",
          "spark.history.ui.admin.acls", "${spark.company.admins}",
          "spark.history.ui.admin.acls.groups", "operators",
          "spark.user.groups.mapping", "io.sparklive.it.security.groups.TestGroups");

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
    LIST_AND_FACTS,
    KILL
  }

  /** The roles; some share a row of the table. An unauthenticated user has no name. */
  enum Role {
    ADMIN(Role.ADMINISTRATOR, "hera"),
    ADMIN_BY_GROUP(Role.ADMINISTRATOR, "hugo"),
    OF_APPLICATION(Role.ADMINISTRATOR, "adam"),
    OF_APPLICATION_BY_GROUP(Role.ADMINISTRATOR, "gwen"),
    OWNER("the application's user", AccessMatrix.OWNER),
    VIEWER("in `spark.ui.view.acls`", "victor"),
    VIEWER_BY_GROUP("in a group of `spark.ui.view.acls.groups`", "vera"),
    MODIFIER(Role.MAY_MODIFY, "mona"),
    MODIFIER_BY_GROUP(Role.MAY_MODIFY, "mike"),
    OTHER_USER("any other user", "sam"),
    UNAUTHENTICATED("unauthenticated user", null);

    private static final String ADMINISTRATOR =
        "administrator of the History Server, or of the application (`spark.admin.acls`), by name"
            + " or by group";
    private static final String MAY_MODIFY =
        "in `spark.modify.acls`, or in a group of `spark.modify.acls.groups`";

    private final String words;
    private final String user;

    Role(String words, String user) {
      this.words = words;
      this.user = user;
    }

    Optional<String> user() {
      return Optional.ofNullable(user);
    }

    /** The status of a denial. */
    int denialStatus() {
      return user == null ? 401 : 403;
    }

    static List<Role> withUser() {
      return Arrays.stream(values()).filter(role -> role.user().isPresent()).toList();
    }
  }

  private AccessMatrix() {}

  /** An application of {@link #OWNER} with these settings. */
  static DriverProcess.Builder application(SparkVersion version, String name) {
    return DriverProcess.builder(version, name).user(OWNER).properties(OF_APPLICATION);
  }

  /** The table in docs/security.md. */
  static String inDocs() throws IOException {
    Matcher docs = IN_DOCS.matcher(Files.readString(ProjectFiles.at("docs", "security.md")));
    assertThat(docs.find()).isTrue();
    return docs.group(1);
  }

  /** The same table of the observed results; a cell holds all different results of its roles. */
  static String tableOf(BiFunction<Role, Column, String> found) {
    Stream<String> head =
        Stream.of(
            "| who | live UI | live REST | overview | list and facts | kill |",
            "| --- | --- | --- | --- | --- | --- |");
    Stream<String> rows =
        Arrays.stream(Role.values())
            .collect(groupingBy(role -> role.words, LinkedHashMap::new, toList()))
            .entrySet()
            .stream()
            .map(row -> row(row.getKey(), row.getValue(), found));
    return Stream.concat(head, rows).collect(joining("\n", "", "\n"));
  }

  private static String row(
      String words, List<Role> roles, BiFunction<Role, Column, String> found) {
    return Arrays.stream(Column.values())
        .map(
            column ->
                roles.stream()
                    .map(role -> found.apply(role, column))
                    .distinct()
                    .collect(joining("/")))
        .collect(joining(" | ", "| " + words + " | ", " |"));
  }
}
