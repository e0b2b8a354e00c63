// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import com.google.gson.stream.JsonReader;
import io.sparklive.testkit.cluster.PodManifests;
import java.io.IOException;
import java.io.StringReader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The cost of each pod in a watch or list. */
@State(Scope.Benchmark)
public class PodReaderBenchmark {
  private final String driver = PodManifests.driver("spark-1").toString();
  private final String executor =
      PodManifests.clientModeExecutor("spark-2", "driver.example").toString();

  /** A driver's pod. */
  @Benchmark
  public Pod driver() throws IOException {
    return PodReader.read(new JsonReader(new StringReader(driver)));
  }

  /** A whole pod of an executor; the filter requests only the metadata of most. */
  @Benchmark
  public Pod executor() throws IOException {
    return PodReader.read(new JsonReader(new StringReader(executor)));
  }
}
