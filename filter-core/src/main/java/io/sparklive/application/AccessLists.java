package io.sparklive.application;

import java.util.Arrays;
import java.util.List;

/**
 * Whom an application's own settings let in, besides its user: Spark's settings as they were
 * written, comma lists in which {@code *} stands for everybody.
 *
 * @param admins {@code spark.admin.acls}
 * @param adminGroups {@code spark.admin.acls.groups}
 * @param viewers {@code spark.ui.view.acls}
 * @param viewGroups {@code spark.ui.view.acls.groups}
 * @param modifiers {@code spark.modify.acls}
 * @param modifyGroups {@code spark.modify.acls.groups}
 */
public record AccessLists(
    String admins,
    String adminGroups,
    String viewers,
    String viewGroups,
    String modifiers,
    String modifyGroups) {

  /** Lets in nobody. */
  public static final AccessLists EMPTY = new AccessLists("", "", "", "", "", "");

  /** The names in a list, as Spark reads it. */
  public static List<String> names(String list) {
    return Arrays.stream(list.split(",")).map(String::trim).filter(n -> !n.isEmpty()).toList();
  }
}
