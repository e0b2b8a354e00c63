// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import java.util.Map;
import java.util.Optional;

/**
 * A request of the browser, and what came of it.
 *
 * @param method such as {@code GET}
 * @param url where to, over HTTP or as a web socket
 * @param status the HTTP status, or 0 where there was no answer
 * @param headers those of the answer
 * @param failure why there was no answer, or no whole one
 * @param body the text of the answer, where it is text and not a redirect's
 */
public record Exchange(
    String method,
    String url,
    int status,
    Map<String, String> headers,
    Optional<String> failure,
    Optional<String> body) {

  /** Whether there was no answer, or an error. */
  public boolean hasFailed() {
    return failure.isPresent() || status == 0 || status >= 400;
  }

  @Override
  public String toString() {
    return "%s %s: %s".formatted(method, url, failure.orElse(Integer.toString(status)));
  }
}
