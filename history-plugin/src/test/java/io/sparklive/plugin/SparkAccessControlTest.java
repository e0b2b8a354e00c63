// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparklive.application.AccessLists;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceRef;
import io.sparklive.spi.Permission;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkAccessControlTest {
  private static final Instant STARTED = Instant.parse("2026-11-21T08:43:54.879Z");
  private static final String NONE = "";
  private static final AccessLists LISTS =
      new AccessLists("anna", "leads", "vera", "analysts", "mike", "on-call");

  private final Map<String, Optional<String>> before = new HashMap<>();
  private Instant now = STARTED;

  @BeforeEach
  void controlAccess() {
    CountingGroupMapping.LOOKUPS.clear();
    set("spark.history.ui.acls.enable", "true");
    set("spark.history.ui.admin.acls", "root, hilda");
    set("spark.history.ui.admin.acls.groups", "operators");
    set("spark.user.groups.mapping", CountingGroupMapping.class.getName());
    // Settings for drivers, which the History Server must ignore.
    set("spark.admin.acls", "sten");
    set("spark.ui.view.acls", "sten");
    set("spark.modify.acls", "sten");
  }

  @AfterEach
  void restoreSettings() {
    before.forEach(
        (name, value) ->
            value.ifPresentOrElse(
                known -> System.setProperty(name, known), () -> System.clearProperty(name)));
  }

  private void set(String name, String value) {
    before.putIfAbsent(name, Optional.ofNullable(System.getProperty(name)));
    System.setProperty(name, value);
  }

  @Test
  void resolvesVariablesAsSparkDoes() {
    set("spark.company.acls", "true");
    set("spark.company.admins", "root");
    set("spark.company.filter", "com.example.Oidc");
    set("spark.history.ui.acls.enable", "${spark.company.acls}");
    set("spark.history.ui.admin.acls", "${spark.company.admins},hilda");
    set("spark.ui.filters", "${spark.company.filter}, io.sparklive.LiveHistoryFilter");
    set("spark.ui.xContentTypeOptions.enabled", " false ");

    SparkSettings settings = new SparkSettings();

    assertThat(settings.areAclsEnabled()).isTrue();
    assertThat(settings.admins()).containsExactly("root", "hilda");
    assertThat(settings.adminGroups()).containsExactly("operators");
    assertThat(settings.filters())
        .containsExactly("com.example.Oidc", "io.sparklive.LiveHistoryFilter");
    assertThat(settings.securityHeaders().noSniffing()).isFalse();
  }

  private SparkAccessControl access() {
    return new SparkAccessControl(new SparkSettings(), () -> now);
  }

  private static LiveApplication application(Optional<AccessLists> lists) {
    return application("app-1", "ada", lists);
  }

  private static LiveApplication application(String id, String owner, Optional<AccessLists> lists) {
    return new LiveApplication(
        new ApplicationId(id),
        ApplicationState.LIVE,
        new ApplicationInfo("Night shift", Optional.empty(), STARTED, owner, "4.2.0"),
        Optional.of(new DriverAddress("10.0.0.7", 4040)),
        Optional.empty(),
        new SourceRef("static", "here"),
        lists.map(known -> new DriverSettings(true, known)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static String permissions(
      SparkAccessControl access, String user, LiveApplication application) {
    return String.join(
        " ",
        Arrays.stream(Permission.values())
            .filter(permission -> access.has(permission, user, application))
            .map(Permission::name)
            .toList());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "root, VIEW MODIFY ADMINISTER",
    "hilda, VIEW MODIFY ADMINISTER",
    "hugo, VIEW MODIFY ADMINISTER",
    "anna, VIEW MODIFY ADMINISTER",
    "gwen, VIEW MODIFY ADMINISTER",
    "ada, VIEW MODIFY",
    "vera, VIEW",
    "vicky, VIEW",
    "mike, MODIFY",
    "max, MODIFY",
    "sten, ''",
    "ADA, ''",
    "leads, ''",
    "analysts, ''"
  })
  void grantsSamePermissionsAsSpark(String user, String permissions) {
    assertThat(permissions(access(), user, application(Optional.of(LISTS)))).isEqualTo(permissions);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "root, VIEW MODIFY ADMINISTER",
    "hilda, VIEW MODIFY ADMINISTER",
    "hugo, VIEW MODIFY ADMINISTER",
    "anna, ''",
    "gwen, ''",
    "ada, ''",
    "vera, ''",
    "mike, ''",
    "sten, ''"
  })
  void allowsOnlyHistoryServerAdminsBeforeAclsAreKnown(String user, String permissions) {
    assertThat(permissions(access(), user, application(Optional.empty()))).isEqualTo(permissions);
  }

  @Test
  void allowsOnlyOwnerAndAdminsIfAclsAreEmpty() {
    SparkAccessControl access = access();
    LiveApplication application = application(Optional.of(AccessLists.EMPTY));

    assertThat(permissions(access, "ada", application)).isEqualTo("VIEW MODIFY");
    assertThat(permissions(access, "vera", application)).isEmpty();
    assertThat(permissions(access, "root", application)).isEqualTo("VIEW MODIFY ADMINISTER");
  }

  @Test
  void limitsWildcardToPermissionOfItsList() {
    String all = "*";

    assertThat(permissionsOfOtherUser(new AccessLists(NONE, NONE, all, NONE, NONE, NONE)))
        .isEqualTo("VIEW");
    assertThat(permissionsOfOtherUser(new AccessLists(NONE, NONE, NONE, all, NONE, NONE)))
        .isEqualTo("VIEW");
    assertThat(permissionsOfOtherUser(new AccessLists(NONE, NONE, NONE, NONE, all, NONE)))
        .isEqualTo("MODIFY");
    assertThat(permissionsOfOtherUser(new AccessLists(NONE, NONE, NONE, NONE, NONE, all)))
        .isEqualTo("MODIFY");
    assertThat(permissionsOfOtherUser(new AccessLists(all, NONE, NONE, NONE, NONE, NONE)))
        .isEqualTo("VIEW MODIFY ADMINISTER");
    assertThat(
            permissionsOfOtherUser(
                new AccessLists(NONE, NONE, "*********(redacted)", NONE, NONE, NONE)))
        .isEmpty();
  }

  private String permissionsOfOtherUser(AccessLists lists) {
    return permissionsOf("sten", lists);
  }

  private String permissionsOf(String user, AccessLists lists) {
    return permissions(access(), user, application(Optional.of(lists)));
  }

  @Test
  void deniesAccessIfApplicationHasNoOwner() {
    LiveApplication application = application("app-1", "", Optional.of(AccessLists.EMPTY));

    assertThat(permissions(access(), "sten", application)).isEmpty();
  }

  @Test
  void givesProcessUserOfHistoryServerNoPermission() {
    set("spark.history.ui.admin.acls", "hilda");

    assertThat(permissionsOf(System.getProperty("user.name"), AccessLists.EMPTY)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", " FALSE "})
  void grantsEveryPermissionIfAclsAreOff(String enabled) {
    set("spark.history.ui.acls.enable", enabled);

    assertThat(access().isControlled()).isFalse();
    assertThat(permissions(access(), "sten", application(Optional.empty())))
        .isEqualTo("VIEW MODIFY ADMINISTER");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "${spark.not.set}"})
  void rejectsInvalidAclSetting(String enabled) {
    set("spark.history.ui.acls.enable", enabled);

    assertThatThrownBy(this::access)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spark.history.ui.acls.enable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", " True ", "TRUE"})
  void controlsAccessIfHistoryServerAclsAreOn(String enabled) {
    set("spark.history.ui.acls.enable", enabled);

    assertThat(access().isControlled()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Permission.class)
  void cachesDecisionForTenSeconds(Permission permission) {
    SparkAccessControl access = access();
    LiveApplication application = application(Optional.of(LISTS));
    access.has(permission, "sten", application);
    int lookups = CountingGroupMapping.LOOKUPS.size();
    assertThat(lookups).isPositive();

    now = STARTED.plusMillis(9_999);
    access.has(permission, "sten", application);
    assertThat(CountingGroupMapping.LOOKUPS).hasSize(lookups).containsOnly("sten");

    now = STARTED.plusSeconds(10);
    access.has(permission, "sten", application);
    assertThat(CountingGroupMapping.LOOKUPS.size()).isGreaterThan(lookups);
  }

  @ParameterizedTest
  @EnumSource(Permission.class)
  void resolvesNoGroupsIfAclsNameNone(Permission permission) {
    set("spark.history.ui.admin.acls.groups", "");
    AccessLists people = new AccessLists("anna", NONE, "vera", NONE, "mike", " , ");

    assertThat(access().has(permission, "vicky", application(Optional.of(people)))).isFalse();
    assertThat(access().has(permission, "anna", application(Optional.of(people)))).isTrue();
    assertThat(CountingGroupMapping.LOOKUPS).isEmpty();
  }

  @Test
  void cachesDecisionPerUserPermissionAndAcls() {
    SparkAccessControl access = access();
    LiveApplication open =
        application(Optional.of(new AccessLists(NONE, NONE, "sten", NONE, NONE, NONE)));
    LiveApplication closed = application(Optional.of(LISTS));

    assertThat(access.has(Permission.VIEW, "sten", open)).isTrue();
    assertThat(access.has(Permission.VIEW, "sten", closed)).isFalse();
    assertThat(access.has(Permission.VIEW, "sten", application(Optional.empty()))).isFalse();
    assertThat(access.has(Permission.MODIFY, "sten", open)).isFalse();
    assertThat(access.has(Permission.VIEW, "mike", open)).isFalse();
    assertThat(access.has(Permission.VIEW, "ada", closed)).isTrue();
    assertThat(access.has(Permission.VIEW, "ada", application("app-1", "eve", Optional.of(LISTS))))
        .isFalse();
  }
}
