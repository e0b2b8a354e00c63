// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Message to a user or program: what happened, and possible next steps.
 *
 * @param status the HTTP status
 * @param title a few words
 * @param text the event, with the application that it concerns
 * @param next links to possible next steps
 * @param retryAfter seconds after which to send the request again; a page does so by itself
 */
public record Message(
    int status, String title, String text, List<Link> next, Optional<Integer> retryAfter) {
  public Message {
    next = List.copyOf(next);
  }

  /** The same with this link before the others. */
  public Message withLink(Link first) {
    List<Link> links = Stream.concat(Stream.of(first), next.stream()).toList();
    return new Message(status, title, text, links, retryAfter);
  }

  /**
   * Link to a next step.
   *
   * @param text the text of the link
   * @param href a path of this server
   */
  public record Link(String text, String href) {}
}
