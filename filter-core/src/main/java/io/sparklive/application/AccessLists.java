// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.util.Arrays;
import java.util.List;

/**
 * The access control lists in an application's own settings, which grant permissions to users other
 * than its owner. The values are those of Spark's settings: comma lists in which {@code *} is any
 * user.
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

  /** Lists that grant no permission. */
  public static final AccessLists EMPTY = new AccessLists("", "", "", "", "", "");

  /** The names in a list, parsed as Spark does. */
  public static List<String> names(String list) {
    return Arrays.stream(list.split(",")).map(String::trim).filter(n -> !n.isEmpty()).toList();
  }
}
