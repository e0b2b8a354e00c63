// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import io.sparklive.application.AccessLists;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SecurityManager;
import scala.collection.immutable.$colon$colon;
import scala.collection.immutable.Nil$;
import scala.collection.immutable.Set;

/**
 * Creates Spark's {@code SecurityManager} for an application. Its setters take a {@code
 * scala.collection.Seq} on Scala 2.12 and an immutable one on 2.13, so this class finds them by
 * name; a list is both.
 */
final class SecurityManagerFactory {
  private SecurityManagerFactory() {}

  /**
   * Creates one with the decisions of the History Server.
   *
   * @throws IllegalStateException if the class is not as in Spark 3.5 to 4.2
   */
  static SecurityManager of(SparkSettings settings, SparkAccessControl.Subject application) {
    AccessLists lists = application.lists();
    SecurityManager manager =
        new SecurityManager(
            namesGroups(settings, lists) ? settings.conf() : settings.confWithoutGroups(),
            SecurityManager.$lessinit$greater$default$2(),
            SecurityManager.$lessinit$greater$default$3());
    manager.setAcls(true);
    // The other setters add the administrators.
    set(manager, "setAdminAcls", both(settings.admins(), lists.admins()));
    set(manager, "setAdminAclsGroups", both(settings.adminGroups(), lists.adminGroups()));
    set(manager, "setViewAcls", application.owner(), names(lists.viewers()));
    set(manager, "setViewAclsGroups", names(lists.viewGroups()));
    set(manager, "setModifyAcls", new Set.Set1<>(application.owner()), names(lists.modifiers()));
    set(manager, "setModifyAclsGroups", names(lists.modifyGroups()));
    return manager;
  }

  /** Whether a list names a group: a lookup of a user's groups may start a process each time. */
  private static boolean namesGroups(SparkSettings settings, AccessLists lists) {
    return !settings.adminGroups().isEmpty()
        || Stream.of(lists.adminGroups(), lists.viewGroups(), lists.modifyGroups())
            .anyMatch(groups -> !AccessLists.names(groups).isEmpty());
  }

  private static Object both(List<String> ofHistoryServer, String ofApplication) {
    return list(
        Stream.concat(ofHistoryServer.stream(), AccessLists.names(ofApplication).stream())
            .toList());
  }

  private static Object names(String list) {
    return list(AccessLists.names(list));
  }

  private static Object list(List<String> names) {
    scala.collection.immutable.List<String> list = empty();
    for (int i = names.size() - 1; i >= 0; i--) {
      list = new $colon$colon<>(names.get(i), list);
    }
    return list;
  }

  @SuppressWarnings("unchecked") // an empty list of any type
  private static scala.collection.immutable.List<String> empty() {
    return (scala.collection.immutable.List<String>) (Object) Nil$.MODULE$;
  }

  private static void set(SecurityManager manager, String name, Object... values) {
    Method setter =
        Arrays.stream(SecurityManager.class.getMethods())
            .filter(method -> method.getName().equals(name))
            .filter(method -> method.getParameterCount() == values.length)
            .filter(method -> method.getParameterTypes()[0].isInstance(values[0]))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("Spark has no " + name));
    try {
      setter.invoke(manager, values);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("Spark refuses " + name, e);
    }
  }
}
