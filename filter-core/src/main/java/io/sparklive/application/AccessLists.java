package io.sparklive.application;

import java.util.Arrays;
import java.util.List;

/**
 * Whom an application's own settings let in, besides its user. The settings are Spark's, comma
 * lists in which {@code *} stands for everybody.
 *
 * @param admins {@code spark.admin.acls}
 * @param adminGroups {@code spark.admin.acls.groups}
 * @param viewers {@code spark.ui.view.acls}
 * @param viewGroups {@code spark.ui.view.acls.groups}
 * @param modifiers {@code spark.modify.acls}
 * @param modifyGroups {@code spark.modify.acls.groups}
 */
public record AccessLists(
    List<String> admins,
    List<String> adminGroups,
    List<String> viewers,
    List<String> viewGroups,
    List<String> modifiers,
    List<String> modifyGroups) {

  /** Lets in nobody. */
  public static final AccessLists EMPTY =
      new AccessLists(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  public AccessLists {
    admins = List.copyOf(admins);
    adminGroups = List.copyOf(adminGroups);
    viewers = List.copyOf(viewers);
    viewGroups = List.copyOf(viewGroups);
    modifiers = List.copyOf(modifiers);
    modifyGroups = List.copyOf(modifyGroups);
  }

  /** The names in a comma list, as Spark reads it. */
  public static List<String> names(String list) {
    return Arrays.stream(list.split(",")).map(String::trim).filter(n -> !n.isEmpty()).toList();
  }
}
