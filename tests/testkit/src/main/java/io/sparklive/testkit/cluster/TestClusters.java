// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.nio.file.Path;

/** Chooses the cluster for the tests. */
final class TestClusters {
  private static final String KUBECONFIG = "kubernetes.test.kubeconfig";

  private TestClusters() {}

  static TestCluster open() {
    String kubeconfig = System.getProperty(KUBECONFIG, "");
    return kubeconfig.isBlank() ? new StandInCluster() : new RealCluster(Path.of(kubeconfig));
  }
}
