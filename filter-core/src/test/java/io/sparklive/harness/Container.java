// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

/** The servlet containers that run the filter in tests. */
public enum Container {
  /** Servlet 5.0, as in the History Server 4.0 and 4.1. */
  EE9,
  /** Servlet 6.0, as in the History Server 4.2. */
  EE10;

  /**
   * Starts a History Server.
   *
   * @throws Exception if the start fails; then nothing is left running
   */
  public EmbeddedHistoryServer start(HistoryServerPlan plan) throws Exception {
    JettyHistoryServer server =
        switch (this) {
          case EE9 -> new Ee9HistoryServer(plan);
          case EE10 -> new Ee10HistoryServer(plan);
        };
    try {
      server.start();
    } catch (Exception e) {
      server.close();
      throw e;
    }
    return server;
  }
}
