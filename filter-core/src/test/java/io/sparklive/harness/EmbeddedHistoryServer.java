// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import java.util.List;

/**
 * A stand-in for the History Server with the filter on each of its servlet contexts.
 *
 * <p>It answers as the History Server does: {@code /} and whatever nobody owns is the home page,
 * {@code /api/v1/applications} the list, {@code /history/…} and {@code /static/…} a text that names
 * the path.
 */
public interface EmbeddedHistoryServer extends AutoCloseable {

  /** Where it listens, on 127.0.0.1. */
  int port();

  /** What went through all filters to the History Server itself, in order. */
  List<Passed> passed();

  /** Forgets what {@link #passed()} tells. */
  void forgetPassed();

  /**
   * Makes the servlet contexts of a loaded application, each with a filter of its own, as the
   * History Server does when somebody opens one.
   *
   * @return what takes them away again, as the History Server does when it needs the room
   */
  LoadedApplication load(String id);

  /** Asks for a path with GET. */
  default Reply get(String target, String... headers) {
    return ask("GET", target, headers);
  }

  /**
   * Asks with any method and without a body.
   *
   * @param target what stands in the request line, sent as it is
   * @param headers names and values in turn
   */
  default Reply ask(String method, String target, String... headers) {
    return Browser.ask(port(), method, target, headers);
  }

  @Override
  void close();

  /**
   * A request that reached the History Server itself.
   *
   * @param context the path of the servlet context
   * @param target the path as it stood in the request line
   * @param untouched whether request and response were the very objects the container had made
   */
  record Passed(String context, String target, boolean untouched) {}

  /** The servlet contexts of one application. */
  interface LoadedApplication extends AutoCloseable {
    @Override
    void close();
  }
}
