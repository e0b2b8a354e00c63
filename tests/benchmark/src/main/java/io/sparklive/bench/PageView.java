// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.Exchange;
import io.sparklive.testkit.relay.RecordedRequest;
import io.sparklive.testkit.relay.RecordingRelay;
import java.util.List;

/**
 * The cost of opening a page.
 *
 * @param millis from the address to the page with all its files, as the browser reports it
 * @param requests the number of requests that reached the driver
 * @param files the number of these for static files
 */
record PageView(double millis, double requests, double files) {
  private static final String LOADED =
      "return performance.getEntriesByType('navigation')[0].loadEventEnd";
  private static final String HOLDS = "return document.body.textContent.includes(arguments[0])";

  /**
   * Opens a page.
   *
   * @param relay in front of the driver; no other client may request pages through it meanwhile
   * @throws IllegalStateException if it is another page, or any part of it fails
   */
  static PageView of(PageRequest page, Chromium browser, RecordingRelay relay) {
    relay.takeRequests();
    browser.open(page.uri().toString());
    List<Exchange> failures =
        browser.activity().exchanges().stream().filter(Exchange::hasFailed).toList();
    if (!failures.isEmpty() || !Boolean.TRUE.equals(browser.run(HOLDS, page.text()))) {
      throw new IllegalStateException(
          "%s is not the page with \"%s\": %s".formatted(page.uri(), page.text(), failures));
    }
    double millis =
        await().until(() -> ((Number) browser.run(LOADED)).doubleValue(), end -> end > 0);
    List<String> forwarded =
        relay.takeRequests().stream()
            .map(RecordedRequest::path)
            // Without the requests with which the filter polls the driver.
            .filter(path -> !path.startsWith("/api/"))
            .toList();
    return new PageView(
        millis,
        forwarded.size(),
        forwarded.stream().filter(path -> path.startsWith("/static/")).count());
  }
}
