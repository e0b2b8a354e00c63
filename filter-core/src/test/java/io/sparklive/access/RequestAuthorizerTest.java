// SPDX-License-Identifier: Apache-2.0
package io.sparklive.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.AccessLists;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SampleApplications;
import io.sparklive.harness.StandInAccess;
import io.sparklive.spi.Permission;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The user {@code vera} may view, {@code mike} may kill, {@code adam} is an administrator. */
class RequestAuthorizerTest {
  private static final List<String> PAGES = List.of("/sparkui/app-1/", "/proxy/app-1/");

  private static final String ALLOWED = "ALLOWED";
  private static final LiveApplication KNOWN = application(ApplicationState.LIVE, true);

  private final StandInAccess access =
      new StandInAccess()
          .grant(Permission.VIEW, "vera")
          .grant(Permission.MODIFY, "mike")
          .grant(Permission.VIEW, "adam")
          .grant(Permission.MODIFY, "adam")
          .grant(Permission.ADMINISTER, "adam");

  private static LiveApplication application(ApplicationState state, boolean settingsKnown) {
    LiveApplication live = SampleApplications.live("app-1");
    return new LiveApplication(
        live.id(),
        state,
        live.info(),
        live.address(),
        live.namespace(),
        live.source(),
        Optional.of(new DriverSettings(true, AccessLists.EMPTY)).filter(any -> settingsKnown),
        live.progress(),
        Optional.empty(),
        live.ended());
  }

  private static Caller caller(@Nullable String user) {
    return new Caller(Optional.ofNullable(user), Optional.empty());
  }

  private RequestAuthorizer authorizer(
      boolean requireUser, boolean killEnabled, boolean forwardsCredentials) {
    return new RequestAuthorizer(
        access, new RequestAuthorizer.Rules(requireUser, killEnabled, forwardsCredentials));
  }

  private static HttpServletRequest fromThisServer(String method) {
    return MockRequests.with(method, "Host", "history:18080", "Origin", "http://history:18080");
  }

  private static String named(Optional<DenialReason> denial) {
    return denial.map(Enum::name).orElse(ALLOWED);
  }

  @ParameterizedTest(name = "requireUser={0} acls={1} {2} {3} {4}: {5}")
  @CsvSource({
    "false, false,     , VIEW, GET, ALLOWED",
    "false, false,     , VIEW, POST, ALLOWED",
    "false, false,     , KILL, POST, ALLOWED",
    "false, false,     , STATIC_FILE, GET, ALLOWED",
    "false, false,     , FILE, GET, ALLOWED",
    "false, false,     , FILE, POST, ALLOWED",
    "false, false, sten, VIEW, GET, ALLOWED",
    "false, false, sten, KILL, POST, ALLOWED",
    "true, false,      , VIEW, GET, LOGIN_REQUIRED",
    "true, false,      , VIEW, HEAD, LOGIN_REQUIRED",
    "true, false,      , VIEW, OPTIONS, LOGIN_REQUIRED",
    "true, false,      , VIEW, POST, LOGIN_REQUIRED",
    "true, false,      , KILL, POST, LOGIN_REQUIRED",
    "true, false,      , KILL, GET, LOGIN_REQUIRED",
    "true, false,      , STATIC_FILE, GET, ALLOWED",
    "true, false,      , STATIC_FILE, HEAD, ALLOWED",
    "true, false,      , STATIC_FILE, POST, LOGIN_REQUIRED",
    "true, false,      , FILE, GET, ALLOWED",
    "true, false,      , FILE, HEAD, ALLOWED",
    "true, false,      , FILE, POST, LOGIN_REQUIRED",
    "true, false,      , STATIC_FILE, OPTIONS, LOGIN_REQUIRED",
    "true, false,    '', VIEW, GET, LOGIN_REQUIRED",
    "true, false,  sten, VIEW, GET, ALLOWED",
    "true, false,  sten, KILL, POST, ALLOWED",
    "false, true,      , VIEW, GET, LOGIN_REQUIRED",
    "false, true,    '', VIEW, GET, LOGIN_REQUIRED",
    "false, true,      , KILL, POST, LOGIN_REQUIRED",
    "false, true,      , STATIC_FILE, GET, ALLOWED",
    "false, true,      , STATIC_FILE, PUT, LOGIN_REQUIRED",
    "false, true,      , FILE, GET, ALLOWED",
    "true, true,   sten, FILE, GET, NOT_A_VIEWER",
    "true, true,   vera, FILE, GET, ALLOWED",
    "false, true,  sten, VIEW, GET, NOT_A_VIEWER",
    "true, true,       , VIEW, GET, LOGIN_REQUIRED",
    "true, true,   sten, VIEW, GET, NOT_A_VIEWER",
    "true, true,   sten, VIEW, POST, NOT_A_VIEWER",
    "true, true,   sten, KILL, POST, NOT_A_MODIFIER",
    "true, true,   sten, STATIC_FILE, GET, ALLOWED",
    "true, true,   sten, STATIC_FILE, POST, NOT_A_VIEWER",
    "true, true,   vera, VIEW, GET, ALLOWED",
    "true, true,   vera, VIEW, POST, ALLOWED",
    "true, true,   vera, STATIC_FILE, POST, ALLOWED",
    "true, true,   vera, KILL, POST, NOT_A_MODIFIER",
    "true, true,   mike, VIEW, GET, NOT_A_VIEWER",
    "true, true,   mike, KILL, POST, ALLOWED",
    "true, true,   adam, VIEW, GET, ALLOWED",
    "true, true,   adam, KILL, POST, ALLOWED",
    "false, true,  adam, KILL, POST, ALLOWED"
  })
  void authorizesByLoginPermissionAndAction(
      boolean requireUser,
      boolean controlled,
      String user,
      Action action,
      String method,
      String expected) {
    if (controlled) {
      access.controlled();
    }

    assertThat(
            named(
                authorizer(requireUser, true, false)
                    .authorize(fromThisServer(method), caller(user), action, KNOWN, PAGES)))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1} with {2}: {3}")
  @CsvSource({
    "VIEW, GET, cross-site, ALLOWED",
    "VIEW, HEAD, cross-site, ALLOWED",
    "VIEW, OPTIONS, cross-site, ALLOWED",
    "VIEW, POST, cross-site, OTHER_SITE",
    "VIEW, PUT, cross-site, OTHER_SITE",
    "VIEW, PATCH, cross-site, OTHER_SITE",
    "VIEW, DELETE, cross-site, OTHER_SITE",
    "VIEW, POST, , ALLOWED",
    "VIEW, DELETE, , ALLOWED",
    "VIEW, DELETE, same-origin, ALLOWED",
    "STATIC_FILE, GET, cross-site, ALLOWED",
    "FILE, GET, cross-site, OTHER_SITE",
    "FILE, GET, same-origin, ALLOWED",
    "STATIC_FILE, POST, cross-site, OTHER_SITE",
    "KILL, GET, same-origin, NOT_FROM_APPLICATION_PAGE",
    "KILL, HEAD, same-origin, NOT_FROM_APPLICATION_PAGE",
    "KILL, POST, same-origin, NOT_FROM_APPLICATION_PAGE",
    "KILL, PUT, same-origin, NOT_FROM_APPLICATION_PAGE",
    "KILL, GET, none, NOT_FROM_APPLICATION_PAGE",
    "KILL, GET, , NOT_FROM_APPLICATION_PAGE",
    "KILL, HEAD, , NOT_FROM_APPLICATION_PAGE",
    "KILL, OPTIONS, , NOT_FROM_APPLICATION_PAGE",
    "KILL, PUT, , NOT_FROM_APPLICATION_PAGE",
    "KILL, POST, , NOT_FROM_APPLICATION_PAGE",
    "KILL, POST, none, NOT_FROM_APPLICATION_PAGE",
    "KILL, GET, cross-site, OTHER_SITE",
    "KILL, POST, cross-site, OTHER_SITE",
    "KILL, POST, same-site, OTHER_SITE"
  })
  void deniesRequestsOfOtherSites(Action action, String method, String fetchSite, String expected) {
    assertThat(
            named(
                authorizer(false, true, false)
                    .authorize(
                        MockRequests.with(method, "Sec-Fetch-Site", fetchSite),
                        caller("ada"),
                        action,
                        KNOWN,
                        PAGES)))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "http://history:18080/sparkui/app-1/jobs/, ALLOWED",
    "http://history:18080/proxy/app-1/stages/?a=b, ALLOWED",
    "http://history:18080/sparkui/app-1/, ALLOWED",
    "http://history:18080/sparkui/app-1, NOT_FROM_APPLICATION_PAGE",
    "http://history:18080/sparkui/app-10/jobs/, NOT_FROM_APPLICATION_PAGE",
    "http://history:18080/sparkui/app-2/jobs/, NOT_FROM_APPLICATION_PAGE",
    "http://history:18080/sparkui/app-1/%2E%2e/app-2/jobs/, NOT_FROM_APPLICATION_PAGE",
    "http://history:18080/sparkui/app-1/../app-2/jobs/, NOT_FROM_APPLICATION_PAGE",
    "http://history:18080/sparkui/app-1\\..\\app-2/, NOT_FROM_APPLICATION_PAGE",
    "http://history:18080/sparkui/app-2/?/sparkui/app-1/, NOT_FROM_APPLICATION_PAGE",
    "http://history:18080/#/sparkui/app-1/, NOT_FROM_APPLICATION_PAGE",
    "http://history:18080/, NOT_FROM_APPLICATION_PAGE",
    "http://history:18080, NOT_FROM_APPLICATION_PAGE",
    "http://history:18080//sparkui/app-1/, NOT_FROM_APPLICATION_PAGE",
    "http://elsewhere/sparkui/app-1/jobs/, OTHER_SITE"
  })
  void allowsKillsOnlyFromPagesOfTheApplication(String referer, String expected) {
    for (String method : List.of("GET", "HEAD", "POST", "PUT")) {
      for (String sign : List.of("Sec-Fetch-Site", "X-None")) {
        HttpServletRequest request =
            MockRequests.with(
                method, "Host", "history:18080", "Referer", referer, sign, "same-origin");
        assertThat(
                named(
                    authorizer(false, true, false)
                        .authorize(request, caller("ada"), Action.KILL, KNOWN, PAGES)))
            .as(method)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void deniesKillsIfKillingIsDisabled(String method) {
    access.controlled();
    RequestAuthorizer authorizer = authorizer(true, false, false);

    assertThat(
            authorizer.authorize(
                MockRequests.with(method, "Sec-Fetch-Site", "same-origin"),
                caller("adam"),
                Action.KILL,
                KNOWN,
                PAGES))
        .contains(DenialReason.KILLING_DISABLED);
    assertThat(
            authorizer.authorize(
                MockRequests.with(method), caller("adam"), Action.VIEW, KNOWN, PAGES))
        .isEmpty();
  }

  @ParameterizedTest(name = "{0} doAs {1} {2}: {3}")
  @CsvSource({
    "adam, vera, VIEW, ALLOWED",
    "adam, sten, VIEW, NOT_A_VIEWER",
    "adam, vera, KILL, NOT_A_MODIFIER",
    "adam, mike, KILL, ALLOWED",
    "adam, adam, KILL, ALLOWED",
    "adam, '', VIEW, NOT_A_VIEWER",
    "vera, vera, VIEW, ALLOWED",
    "vera, adam, VIEW, NOT_AN_ADMINISTRATOR",
    "vera, sten, VIEW, NOT_AN_ADMINISTRATOR",
    "vera, '', VIEW, NOT_AN_ADMINISTRATOR",
    "vera, VERA, VIEW, NOT_AN_ADMINISTRATOR",
    "mike, adam, KILL, NOT_AN_ADMINISTRATOR",
    "sten, adam, KILL, NOT_AN_ADMINISTRATOR",
    ", adam, VIEW, LOGIN_REQUIRED",
    "'', adam, KILL, LOGIN_REQUIRED"
  })
  void allowsDoAsOnlyToAdministrators(String user, String other, Action action, String expected) {
    access.controlled();
    Caller caller = new Caller(Optional.ofNullable(user), Optional.of(other));

    assertThat(
            named(
                authorizer(true, true, false)
                    .authorize(fromThisServer("POST"), caller, action, KNOWN, PAGES)))
        .isEqualTo(expected);
  }

  @Test
  void ignoresDoAsWithoutAcls() {
    Caller caller = new Caller(Optional.of("sten"), Optional.of("adam"));

    assertThat(
            authorizer(true, true, false)
                .authorize(MockRequests.with("GET"), caller, Action.VIEW, KNOWN, PAGES))
        .isEmpty();
  }

  @ParameterizedTest(name = "{0} known={1} credentials={2} {3} {4}: {5}")
  @CsvSource({
    "LIVE, false, false, sten, VIEW, ACLS_NOT_KNOWN_YET",
    "LIVE, false, false, sten, KILL, ACLS_NOT_KNOWN_YET",
    "LIVE, false, true, sten, VIEW, ACLS_NOT_KNOWN_YET",
    "LIVE, false, false, adam, VIEW, ALLOWED",
    "LIVE, true, true, sten, VIEW, NOT_A_VIEWER",
    "AUTH_REQUIRED, false, false, sten, VIEW, NOT_A_VIEWER",
    "AUTH_REQUIRED, false, false, sten, KILL, NOT_A_MODIFIER",
    "AUTH_REQUIRED, false, false, adam, VIEW, ALLOWED",
    "AUTH_REQUIRED, false, false, adam, KILL, ALLOWED",
    "AUTH_REQUIRED, false, true, sten, VIEW, ALLOWED",
    "AUTH_REQUIRED, false, true, sten, KILL, ALLOWED",
    "AUTH_REQUIRED, true, true, sten, VIEW, ALLOWED",
    "AUTH_REQUIRED, false, true, , VIEW, LOGIN_REQUIRED",
    "AUTH_REQUIRED, false, true, , KILL, LOGIN_REQUIRED"
  })
  void allowsOnlyAdministratorsBeforeAclsAreKnown(
      ApplicationState state,
      boolean settingsKnown,
      boolean forwardsCredentials,
      String user,
      Action action,
      String expected) {
    access.controlled();

    assertThat(
            named(
                authorizer(false, true, forwardsCredentials)
                    .authorize(
                        fromThisServer("POST"),
                        caller(user),
                        action,
                        application(state, settingsKnown),
                        PAGES)))
        .isEqualTo(expected);
  }

  @Test
  void deniesOtherSitesAlsoForDriversWithOwnLogin() {
    access.controlled();

    assertThat(
            authorizer(false, true, true)
                .authorize(
                    MockRequests.with("POST", "Origin", "null"),
                    caller("sten"),
                    Action.KILL,
                    application(ApplicationState.AUTH_REQUIRED, false),
                    PAGES))
        .contains(DenialReason.OTHER_SITE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"STATIC_FILE", "VIEW", "KILL"})
  void deniesServiceWorkers(Action action) {
    assertThat(
            authorizer(false, true, false)
                .authorize(
                    MockRequests.with(
                        "GET", "service-worker", "script", "Sec-Fetch-Site", "same-origin"),
                    caller("adam"),
                    action,
                    KNOWN,
                    PAGES))
        .contains(DenialReason.SERVICE_WORKER);
  }

  @Test
  void requiresLoginOnlyOfUnauthenticatedUsersIfConfigured() {
    assertThat(authorizer(true, true, true).requiresLogin(caller(null))).isTrue();
    assertThat(authorizer(true, true, true).requiresLogin(caller(""))).isTrue();
    assertThat(authorizer(true, true, true).requiresLogin(caller("sten"))).isFalse();
    assertThat(authorizer(false, true, true).requiresLogin(caller(null))).isFalse();
  }

  @ParameterizedTest(name = "requireUser={0} acls={1} forwarded={2} {3}: {4}")
  @CsvSource({
    "false, false, false, vera, false",
    "false, false, true,      , true",
    "true,  false, true,      , false",
    "true,  false, true,  sten, true",
    "false, true,  true,      , false",
    "false, true,  true,  sten, false",
    "false, true,  true,  vera, true"
  })
  void forwardsCredentialsOnlyOfPermittedUsers(
      boolean requireUser, boolean controlled, boolean forwarded, String user, boolean expected) {
    if (controlled) {
      access.controlled();
    }

    // Static files reach the driver without a check of permissions.
    assertThat(
            authorizer(requireUser, true, forwarded)
                .mayForwardCredentials(
                    MockRequests.with("GET"), caller(user), Action.STATIC_FILE, KNOWN))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Action.class)
  void forwardsCredentialsOfAuthorizedRequestsOnlyOfViewers(Action action) {
    access.controlled();
    RequestAuthorizer authorizer = authorizer(false, true, true);
    HttpServletRequest request =
        MockRequests.with(
            "GET", "Host", "history:18080", "Referer", "http://history:18080" + PAGES.get(0));
    for (String user : new String[] {null, "sten", "vera", "mike", "adam"}) {
      if (authorizer.authorize(request, caller(user), action, KNOWN, PAGES).isEmpty()) {
        assertThat(authorizer.mayForwardCredentials(request, caller(user), action, KNOWN))
            .as(user)
            .isEqualTo("vera".equals(user) || "adam".equals(user));
      }
    }
  }
}
