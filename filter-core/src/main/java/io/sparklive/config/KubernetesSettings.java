// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The Kubernetes cluster and the namespaces that discovery watches.
 *
 * @param kubeconfig the kubeconfig file for the cluster; empty inside the cluster
 * @param context the context in that file; empty for its current context
 * @param namespaces the namespaces to watch, {@code *} for all; empty for the namespace of the
 *     kubeconfig or of the pod
 */
public record KubernetesSettings(
    Optional<Path> kubeconfig, Optional<String> context, List<String> namespaces) {

  /** The name that means all namespaces. */
  public static final String ALL = "*";
}
