package io.sparklive.pages;

import java.util.List;
import java.util.Optional;

/**
 * What somebody is told: what happened, and what they can do next.
 *
 * @param status the HTTP status
 * @param title a few words
 * @param text what happened, to which application
 * @param next where to go from here
 * @param retryAfter seconds after which it is worth asking again; a page then does so by itself
 */
public record Message(
    int status, String title, String text, List<Link> next, Optional<Integer> retryAfter) {
  public Message {
    next = List.copyOf(next);
  }

  /**
   * A way on.
   *
   * @param text what it says
   * @param href a path of this server
   */
  public record Link(String text, String href) {}
}
