// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.harness.LoggedLines;
import io.sparklive.pages.Message;
import io.sparklive.spi.Deployment;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filters that make live content require a user, and the texts of the log and the 401 page. */
class UserRequirementTest {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";
  private static final String JWS = "org.apache.spark.ui.JWSFilter";
  private static final Message LOG_IN =
      new Message(401, "Login required", "For users.", List.of(), Optional.empty());

  /** The requirement with these filters before the filter itself. */
  static UserRequirement requirement(
      String setting, boolean controlled, Deployment deployment, String... others) {
    return new UserRequirement(
        setting.equals("auto") ? null : Boolean.valueOf(setting),
        controlled,
        deployment,
        Stream.concat(Stream.of(others), Stream.of(FILTER)).toList());
  }

  private static UserRequirement embedded(String setting, boolean controlled, String... others) {
    return requirement(setting, controlled, Deployment.EMBEDDED, others);
  }

  private static HttpServletRequest requestOf(@Nullable String user) {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getRemoteUser()).thenReturn(user);
    return request;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        JWS,
        "org.apache.hadoop.security.http.CrossOriginFilter",
        "org.apache.hadoop.security.http.XFrameOptionsFilter",
        "org.apache.hadoop.security.http.RestCsrfPreventionFilter",
        "org.sparkproject.jetty.servlets.CrossOriginFilter",
        "org.sparkproject.jetty.servlets.DoSFilter",
        "org.sparkproject.jetty.ee10.servlets.HeaderFilter",
        "org.sparkproject.jetty.ee10.servlets.QoSFilter",
        JWS + ",org.sparkproject.jetty.ee10.servlets.CrossOriginFilter",
        "org.apache.hadoop.security.http.XFrameOptionsFilter," + JWS
      })
  void requiresNoUserBehindFiltersThatSetNone(String filters) {
    assertThat(embedded("auto", false, filters.split(",", -1)).isRequired()).isFalse();
    assertThat(embedded("auto", true, filters.split(",", -1)).isRequired()).isTrue();
    assertThat(embedded("true", false, filters.split(",", -1)).isRequired()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.acme.Login",
        "org.apache.spark.ui.JWSFilter2",
        "org.acme.JWSFilter",
        "org.apache.spark.ui.HttpSecurityFilter",
        "org.apache.hadoop.security.authentication.server.AuthenticationFilter",
        "org.apache.hadoop.security.http.CrossOriginFilter$Own",
        "org.apache.hadoop.security.http.OwnCrossOriginFilter",
        "org.apache.hadoop.http.lib.StaticUserWebFilter$StaticUserFilter",
        "org.sparkproject.jetty.servlets.LoginFilter",
        "com.acme.org.sparkproject.jetty.servlets.DoSFilter",
        "io.okdp.spark.authc.OidcAuthFilter",
        JWS + ",org.acme.Login",
        "org.sparkproject.jetty.servlets.CrossOriginFilter,org.acme.Login"
      })
  void requiresUserBehindAnyOtherFilter(String filters) {
    assertThat(embedded("auto", false, filters.split(",", -1)).isRequired()).isTrue();
    assertThat(embedded("false", false, filters.split(",", -1)).isRequired()).isFalse();
  }

  @Test
  void requiresUserInWebApplicationThatMapsJwsFilterToSomePaths() {
    assertThat(requirement("auto", false, Deployment.FRONTING, JWS).isRequired()).isTrue();
    assertThat(requirement("auto", false, Deployment.FRONTING).isRequired()).isFalse();
  }

  @Test
  void namesFiltersThatPassRequestsWithoutUser() {
    assertThat(embedded("auto", false).describeAudience()).isEqualTo("login not required");
    assertThat(
            embedded("auto", false, JWS, "org.sparkproject.jetty.servlets.DoSFilter")
                .describeAudience())
        .isEqualTo("login not required behind " + JWS);
    assertThat(embedded("false", false, "a.B").describeAudience())
        .isEqualTo("login not required behind a.B");
    assertThat(embedded("auto", false, "a.B").describeAudience()).contains("requireUser");
  }

  @ParameterizedTest(name = "requireUser={0} acls={1} {2}: {3}")
  @CsvSource({
    "auto,  true,  org.apache.spark.ui.JWSFilter, spark.history.ui.acls.enable is on",
    "false, true,  org.apache.spark.ui.JWSFilter, spark.history.ui.acls.enable is on",
    "auto,  true,  ,                              spark.history.ui.acls.enable is on",
    "true,  true,  ,                              spark.history.ui.acls.enable is on",
    "true,  false, org.apache.spark.ui.JWSFilter, requireUser is true",
    "true,  false, ,                              requireUser is true"
  })
  void warnsAtStartIfNoFilterSetsUser(
      String setting, boolean controlled, String filter, String because) {
    UserRequirement users =
        filter == null ? embedded(setting, controlled) : embedded(setting, controlled, filter);
    try (LoggedLines log = new LoggedLines()) {
      users.warnAtStart();
      users.recordDenial();
      assertThat(log.with("Live content requires a user"))
          .singleElement()
          .asString()
          .contains("WARN", because, "no filter in spark.ui.filters sets one")
          .contains(filter == null ? "sets one." : "(filters: " + filter + ")");
    }
    assertThat(users.addReason(LOG_IN).text()).contains(because, "Use an authentication filter");
  }

  @ParameterizedTest(name = "requireUser={0} acls={1} {2}")
  @CsvSource({
    "auto,  false, ",
    "false, false, ",
    "auto,  false, org.apache.spark.ui.JWSFilter",
    "false, false, org.apache.spark.ui.JWSFilter",
    "auto,  false, org.acme.Login",
    "auto,  true,  org.acme.Login",
    "true,  false, org.acme.Login"
  })
  void logsNoWarningAtStartIfConfigurationIsValid(
      String setting, boolean controlled, String filter) {
    try (LoggedLines log = new LoggedLines()) {
      (filter == null ? embedded(setting, controlled) : embedded(setting, controlled, filter))
          .warnAtStart();
      assertThat(log.with("WARN")).isEmpty();
    }
  }

  @Test
  void logsNoWarningAtStartInWebApplication() {
    UserRequirement users = requirement("true", false, Deployment.FRONTING);
    try (LoggedLines log = new LoggedLines()) {
      users.warnAtStart();
      assertThat(log.with("WARN")).isEmpty();
      users.recordDenial();
      assertThat(log.with("no request since the start has had one. ")).hasSize(1);
    }
  }

  @Test
  void warnsOnceOfDenialsUntilRequestHasUser() {
    UserRequirement users = embedded("auto", false, "org.acme.Login");
    try (LoggedLines log = new LoggedLines()) {
      users.recordUser(requestOf(null));
      users.recordUser(requestOf(""));
      assertThat(users.addReason(LOG_IN).text())
          .startsWith("For users. Live content requires a user, as requireUser is auto,")
          .contains("(filters: org.acme.Login)", "requireUser to false");
      users.recordDenial();
      assertThat(log.with("Live content requires a user")).hasSize(1);
    }
    users.recordUser(requestOf("ada"));
    assertThat(users.addReason(LOG_IN)).isEqualTo(LOG_IN);
  }

  @Test
  void logsNothingOnceRequestHadUser() {
    UserRequirement users = embedded("auto", true, "org.acme.Login");
    users.recordUser(requestOf("ada"));
    users.recordUser(requestOf(null));
    try (LoggedLines log = new LoggedLines()) {
      users.recordDenial();
      assertThat(users.addReason(LOG_IN)).isEqualTo(LOG_IN);
      assertThat(log.with("Live content requires a user")).isEmpty();
    }
  }

  @Test
  void explainsOnlyOwnLoginMessage() {
    Message forbidden = new Message(403, "No", "Not you.", List.of(), Optional.empty());
    assertThat(embedded("auto", false, "org.acme.Login").addReason(forbidden)).isEqualTo(forbidden);
    // In the WAR, the History Server behind it has denied the request.
    UserRequirement war = requirement("auto", false, Deployment.FRONTING);
    assertThat(war.addReason(LOG_IN)).isEqualTo(LOG_IN);
  }
}
