package io.sparklive;

import io.sparklive.config.Parameters;
import io.sparklive.config.Settings;
import io.sparklive.pages.Pages;
import io.sparklive.routing.PublicLinks;
import io.sparklive.routing.Routes;

/**
 * What every answer of ours goes by, before everything stands and after.
 *
 * @param routes which requests are ours
 * @param links where browsers find what
 * @param pages how our pages look
 * @param users whether live content requires a user
 */
record Frame(Routes routes, PublicLinks links, Pages pages, UserRequirement users) {
  /** What tells people and programs. */
  Teller teller() {
    return new Teller(pages, users);
  }

  static Frame of(Settings settings, Surroundings.HistoryServer historyServer) {
    return new Frame(
        new Routes(settings.get(Parameters.PROXY_BASE), historyServer.standpoint()),
        new PublicLinks(
            historyServer.prefixes(),
            settings.get(Parameters.PROXY_BASE),
            historyServer.standpoint()),
        new Pages(() -> historyServer.appearance().get().look(), historyServer.securityHeaders()),
        new UserRequirement(settings.get(Parameters.REQUIRE_USER), historyServer));
  }
}
