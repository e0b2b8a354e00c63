// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.it.security.filters.OidcFilter;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;

/** History Servers of a company with an OpenID Connect login, one with ACLs and one without. */
final class OidcHistoryServers implements AutoCloseable {
  private static final String LIVE_HISTORY = "io.sparklive.LiveHistoryFilter";
  private static final String OIDC = OidcFilter.class.getName();

  private final SingleUseTokens tokens = new SingleUseTokens();
  private final MockOAuth2Server provider =
      new MockOAuth2Server(
          new OAuth2Config(true, null, null, true, new OAuth2TokenProvider(), Set.of(), tokens));
  private final HistoryServerProcess withAcls;
  private final HistoryServerProcess withoutAcls;

  OidcHistoryServers(SparkVersion version, TeamApplication... teams) {
    provider.start();
    withAcls = historyServer(version, true, List.of(teams));
    withoutAcls = historyServer(version, false, List.of(teams));
  }

  private HistoryServerProcess historyServer(
      SparkVersion version, boolean acls, List<TeamApplication> teams) {
    return HistoryServerProcess.builder(
            version, EventLogs.newDirectory("oidc-" + version).directory())
        .plugin()
        .classPath(FilterJar.of(version, OidcFilter.class))
        .property("spark.history.ui.acls.enable", Boolean.toString(acls))
        .property("spark.ui.filters", OIDC + "," + LIVE_HISTORY)
        .property("spark." + OIDC + ".param.issuer", issuer())
        .property("spark." + OIDC + ".param.clientId", "history-server")
        .property("spark." + OIDC + ".param.cookieKey", "of this test alone")
        .property(
            "spark." + LIVE_HISTORY + ".param.drivers",
            teams.stream().map(team -> team.relay().address()).collect(Collectors.joining(",")))
        .property("spark." + LIVE_HISTORY + ".param.driversRefresh", "200ms")
        .start();
  }

  String issuer() {
    return provider.issuerUrl("company").toString();
  }

  /** The refresh tokens of all sessions. */
  SingleUseTokens tokens() {
    return tokens;
  }

  HistoryServerProcess withoutAcls() {
    return withoutAcls;
  }

  HistoryServerProcess withAcls() {
    return withAcls;
  }

  List<HistoryServerProcess> both() {
    return List.of(withAcls, withoutAcls);
  }

  @Override
  public void close() {
    both().forEach(HistoryServerProcess::close);
    provider.shutdown();
  }
}
