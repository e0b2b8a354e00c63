// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import java.util.Map;
import java.util.Optional;

/**
 * A request of the browser and its result.
 *
 * @param method such as {@code GET}
 * @param url the target, over HTTP or as a web socket
 * @param status the HTTP status, or 0 without a response
 * @param headers those of the response
 * @param failure the reason for a missing or incomplete response
 * @param body the text of the response, if it is text and not that of a redirect
 */
public record Exchange(
    String method,
    String url,
    int status,
    Map<String, String> headers,
    Optional<String> failure,
    Optional<String> body) {

  /** Whether there was no response, or an error. */
  public boolean hasFailed() {
    return failure.isPresent() || status == 0 || status >= 400;
  }

  @Override
  public String toString() {
    return "%s %s: %s".formatted(method, url, failure.orElse(Integer.toString(status)));
  }
}
