// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import io.sparklive.http.Prefixes;
import io.sparklive.spi.SecurityHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.internal.config.History;
import org.apache.spark.internal.config.UI;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * The History Server's settings, read by Spark's own code with defaults and variables ({@code
 * ${spark.…}}). The History Server has copied them into the system properties, from which a {@code
 * SparkConf} is made.
 */
final class SparkSettings {
  private static final String PROXY_BASE = "spark.ui.proxyBase";
  private static final String PROXY_BASE_VARIABLE = "APPLICATION_WEB_PROXY_BASE";

  private final SparkConf conf = new SparkConf();
  private final SparkConf confWithoutGroups = conf.clone().set(UI.USER_GROUPS_MAPPING(), "");

  SparkConf conf() {
    return conf;
  }

  /** The settings for decisions in which no list names a group: Spark then looks up no groups. */
  SparkConf confWithoutGroups() {
    return confWithoutGroups;
  }

  boolean areAclsEnabled() {
    return isTrue(History.HISTORY_SERVER_UI_ACLS_ENABLE());
  }

  List<String> admins() {
    return list(History.HISTORY_SERVER_UI_ADMIN_ACLS());
  }

  List<String> adminGroups() {
    return list(History.HISTORY_SERVER_UI_ADMIN_ACLS_GROUPS());
  }

  List<String> filters() {
    return list(UI.UI_FILTERS());
  }

  /** The prefix of the History Server, from where {@code UIUtils.uiRoot} reads it; may be empty. */
  Optional<Prefixes.Setting> prefix() {
    return setting(PROXY_BASE, System.getProperty(PROXY_BASE))
        .or(() -> setting(PROXY_BASE_VARIABLE, System.getenv(PROXY_BASE_VARIABLE)));
  }

  private static Optional<Prefixes.Setting> setting(String name, @Nullable String value) {
    return Optional.ofNullable(value).map(set -> new Prefixes.Setting(name, set));
  }

  SecurityHeaders securityHeaders() {
    return new SecurityHeaders(
        present(conf.get(UI.UI_ALLOW_FRAMING_FROM())),
        conf.get(UI.UI_X_XSS_PROTECTION()),
        isTrue(UI.UI_X_CONTENT_TYPE_OPTIONS()),
        present(conf.get(UI.UI_STRICT_TRANSPORT_SECURITY())));
  }

  private static Optional<String> present(Option<String> value) {
    return value.isDefined() ? Optional.of(value.get()) : Optional.empty();
  }

  private boolean isTrue(ConfigEntry<?> setting) {
    Object value = conf.get(setting);
    return (Boolean) value;
  }

  /**
   * A list. Its type differs between Scala 2.12 and 2.13; {@code scala.collection.Seq} fits both.
   */
  private List<String> list(ConfigEntry<?> setting) {
    Object value = conf.get(setting);
    List<String> names = new ArrayList<>();
    Iterator<?> all = ((Seq<?>) value).iterator();
    while (all.hasNext()) {
      names.add((String) all.next());
    }
    return names;
  }
}
