// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.testkit.relay.RecordedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The origin of a request according to its fetch metadata, {@code Origin} and {@code Referer}.
 *
 * @param foreign whether a header names another site
 * @param own whether a header names the same site
 */
record FetchMetadataCase(boolean foreign, boolean own) {

  static FetchMetadataCase in(RecordedRequest request) {
    List<Boolean> own = new ArrayList<>();
    for (String site : request.values("sec-fetch-site")) {
      if (!site.equals("none")) {
        own.add(site.equals("same-origin"));
      }
    }
    List<String> hosts = new ArrayList<>(request.values("host"));
    request.values("x-forwarded-host").forEach(host -> hosts.add(host.split(",")[0].strip()));
    request.values("origin").forEach(origin -> own.add(hosts.contains(authorityOf(origin))));
    request.values("referer").forEach(referer -> own.add(hosts.contains(authorityOf(referer))));
    return new FetchMetadataCase(own.contains(false), own.contains(true));
  }

  private static String authorityOf(String url) {
    return url.replaceFirst("^[A-Za-z]+://", "")
        .replaceFirst("[/?#].*", "")
        .toLowerCase(Locale.ROOT);
  }
}
