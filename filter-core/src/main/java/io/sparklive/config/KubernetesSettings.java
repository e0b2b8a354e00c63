package io.sparklive.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which cluster to look at, and where in it.
 *
 * @param kubeconfig the file that says how to reach the cluster; empty inside of it
 * @param context the context in that file; empty for its current one
 * @param namespaces the namespaces to watch, {@code *} for all; empty for the one that the
 *     kubeconfig or the pod names
 */
public record KubernetesSettings(
    Optional<Path> kubeconfig, Optional<String> context, List<String> namespaces) {

  /** Stands for all namespaces. */
  public static final String ALL = "*";
}
