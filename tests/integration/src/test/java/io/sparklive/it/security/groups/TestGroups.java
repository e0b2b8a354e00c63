// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.groups;

import java.util.Map;
import org.apache.spark.security.GroupMappingServiceProvider;
import scala.collection.immutable.Set;

/**
 * One group for each user. The class file works with Scala 2.12 and 2.13: of Scala, it uses only a
 * set of one element.
 */
public final class TestGroups implements GroupMappingServiceProvider {
  private static final Map<String, String> GROUPS =
      Map.of("hugo", "operators", "gwen", "leads", "vera", "analysts", "mike", "on-call");

  @Override
  public Set<String> getGroups(String user) {
    return new Set.Set1<>(GROUPS.getOrDefault(user, "everybody"));
  }
}
