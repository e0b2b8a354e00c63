// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import io.sparklive.http.GzippedText;
import io.sparklive.routing.Links;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A response that any user may see, rendered once for all requests at nearly the same time.
 *
 * <p>Thread-safe.
 */
final class SharedResponse {
  private static final Duration TIME_TO_LIVE = Duration.ofMillis(200);

  private volatile @Nullable Rendered latest;

  /**
   * A rendered response.
   *
   * @param links the links in the response
   * @param at when it was rendered
   */
  private record Rendered(Links links, Instant at, GzippedText text) {
    boolean isFor(Links other, Instant now) {
      return links.equals(other) && now.isBefore(at.plus(TIME_TO_LIVE));
    }
  }

  /** Renders a response. */
  @FunctionalInterface
  interface Renderer {
    String render() throws IOException;
  }

  /** Returns the last response if it is recent and has these links, or else renders one. */
  GzippedText get(Links links, Instant now, Renderer renderer) throws IOException {
    Rendered current = latest;
    return current != null && current.isFor(links, now)
        ? current.text()
        : render(links, now, renderer);
  }

  private synchronized GzippedText render(Links links, Instant now, Renderer renderer)
      throws IOException {
    Rendered current = latest;
    if (current != null && current.isFor(links, now)) {
      return current.text();
    }
    GzippedText text = GzippedText.of(renderer.render());
    latest = new Rendered(links, now, text);
    return text;
  }
}
