// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonObject;
import java.nio.file.Path;

/**
 * A Kubernetes API server for tests: a real one if {@code -Dkubernetes.test.kubeconfig} names its
 * kubeconfig, else a stand-in with the same behaviour.
 *
 * <p>Tests may assume only the API: no kubelet, no scheduler, no controllers. A pod stays as it was
 * created until its status is set.
 */
public interface TestCluster extends AutoCloseable {
  /** The real cluster if its kubeconfig is set, else the stand-in. */
  static TestCluster open() {
    return TestClusters.open();
  }

  /** A kubeconfig with one context, {@code test}, and all permissions. */
  Path kubeconfig();

  /**
   * A kubeconfig of a service account of its own, whose context {@code test} names this namespace.
   * The account has no permission until it is {@linkplain #grant granted} one.
   */
  Path kubeconfigOf(String namespace, String serviceAccount);

  /** Writes the files of a process in a pod of this service account, with a token of its own. */
  InClusterFiles inClusterFiles(Path directory, String namespace, String serviceAccount);

  /**
   * Grants a service account these verbs for the pods of a namespace. The account is the one for
   * which a kubeconfig was made: in this namespace, or else in another.
   */
  void grant(String namespace, String serviceAccount, String... verbs);

  /** Revokes all permissions of the service account in the namespace. */
  void revoke(String namespace, String serviceAccount);

  /** Grants a service account these verbs for the pods of all namespaces. */
  void grantEverywhere(String serviceAccountNamespace, String serviceAccount, String... verbs);

  /** Revokes the permissions of the service account for all namespaces. */
  void revokeEverywhere(String serviceAccountNamespace, String serviceAccount);

  /** Creates a namespace with an unused name; {@code close} deletes it with all its pods. */
  String newNamespace();

  /**
   * Creates a pod.
   *
   * @param pod a manifest; the server ignores {@code metadata.uid} and {@code creationTimestamp}
   * @return the pod as the API server created it, with its uid
   */
  JsonObject create(String namespace, JsonObject pod);

  /** Merges this into the status of a pod (RFC 7396). */
  JsonObject setStatus(String namespace, String pod, JsonObject status);

  /** Deletes a pod at once, without a grace period. */
  void delete(String namespace, String pod);

  /**
   * Marks a pod for deletion after a grace period, as {@code kubectl delete} does. A pod that has
   * succeeded or failed is deleted at once.
   */
  void deleteGracefully(String namespace, String pod, int seconds);

  @Override
  void close();
}
