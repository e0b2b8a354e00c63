// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import java.util.List;

/**
 * A fake History Server with the filter on each of its servlet contexts.
 *
 * <p>It responds as the History Server does: with the home page to {@code /} and to each path that
 * belongs to no other context, and with the list to {@code /api/v1/applications}. The response to
 * {@code /history/…} and {@code /static/…} is a text that names the path.
 */
public interface EmbeddedHistoryServer extends AutoCloseable {

  /** The port, on 127.0.0.1. */
  int port();

  /** The requests that passed all filters to the History Server itself, in order. */
  List<Passed> passed();

  /** Clears {@link #passed()}. */
  void clearPassed();

  /**
   * Adds the servlet contexts of a loaded application, each with a filter of its own, as the
   * History Server does when a user opens an application.
   *
   * @return the contexts; closing them removes them, as the History Server does if it has loaded
   *     too many applications
   */
  LoadedApplication load(String id);

  /** Sends a GET request. */
  default Reply get(String target, String... headers) {
    return request("GET", target, headers);
  }

  /**
   * Sends a request with any method and without a body.
   *
   * @param target the request target, sent unchanged
   * @param headers names and values in turn
   */
  default Reply request(String method, String target, String... headers) {
    return Browser.request(port(), method, target, headers);
  }

  @Override
  void close();

  /**
   * A request that reached the History Server itself.
   *
   * @param context the path of the servlet context
   * @param target the path in the request line
   * @param untouched whether no filter has wrapped the request or the response
   */
  record Passed(String context, String target, boolean untouched) {}

  /** The servlet contexts of one application. */
  interface LoadedApplication extends AutoCloseable {
    @Override
    void close();
  }
}
