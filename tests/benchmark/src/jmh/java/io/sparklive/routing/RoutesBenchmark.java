// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import io.sparklive.spi.Deployment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The cost of routing, for every request to the History Server. */
@State(Scope.Benchmark)
public class RoutesBenchmark {
  private final Routes routes = new Routes("/sparkui", Deployment.EMBEDDED);

  /** A page of a live UI. */
  @Benchmark
  public Route liveUi() {
    return routes.of("/sparkui/spark-0123456789abcdef0123456789abcdef/stages/stage/", "");
  }

  /** A page of the History Server's own. */
  @Benchmark
  public Route historyPage() {
    return routes.of("/history/spark-0123456789abcdef0123456789abcdef/stages/stage/", "/history");
  }

  /** A static file of the History Server's own. */
  @Benchmark
  public Route staticFile() {
    return routes.of("/static/vis-timeline-graph2d.min.js", "/static");
  }
}
