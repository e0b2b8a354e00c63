// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonObject;
import java.nio.file.Path;

/**
 * A Kubernetes API server to test against: a real one, where a kubeconfig is named by {@code
 * -Dkubernetes.test.kubeconfig}, or one that behaves like it.
 *
 * <p>Nothing but the API is assumed: no kubelet, no scheduler, no controllers. A pod stays as it
 * was made until its status is set.
 */
public interface TestCluster extends AutoCloseable {
  /** The real one, where its kubeconfig is named, or else the stand-in. */
  static TestCluster open() {
    return TestClusters.open();
  }

  /** A kubeconfig whose only context, {@code test}, may do everything. */
  Path kubeconfig();

  /**
   * A kubeconfig of a service account of its own, whose context {@code test} names this namespace.
   * It may do nothing, until it is {@linkplain #grant granted} something.
   */
  Path kubeconfigOf(String namespace, String serviceAccount);

  /**
   * Writes what a process in a pod of this service account finds on its disk, with a token of its
   * own.
   */
  InClusterFiles inClusterFiles(Path directory, String namespace, String serviceAccount);

  /**
   * Lets a service account do this with the pods of a namespace. The account is the one of this
   * name that a kubeconfig was made for: in this namespace, or else in another.
   */
  void grant(String namespace, String serviceAccount, String... verbs);

  /** Takes away what the service account was granted in the namespace. */
  void revoke(String namespace, String serviceAccount);

  /** Lets a service account do this with the pods of all namespaces at once. */
  void grantEverywhere(String serviceAccountNamespace, String serviceAccount, String... verbs);

  /** Takes away what the service account was granted everywhere. */
  void revokeEverywhere(String serviceAccountNamespace, String serviceAccount);

  /** Makes a namespace of an unused name, deleted with all its pods when this is closed. */
  String newNamespace();

  /**
   * Makes a pod.
   *
   * @param pod a manifest; its {@code metadata.uid} and {@code creationTimestamp} do not count
   * @return the pod as the API server made it, with its uid
   */
  JsonObject create(String namespace, JsonObject pod);

  /** Merges this into the status of a pod (RFC 7396). */
  JsonObject setStatus(String namespace, String pod, JsonObject status);

  /** Deletes a pod at once, without grace. */
  void delete(String namespace, String pod);

  /**
   * Marks a pod as to be deleted after a grace period, as {@code kubectl delete} does. One that
   * succeeded or failed is deleted at once.
   */
  void deleteGracefully(String namespace, String pod, int seconds);

  @Override
  void close();
}
