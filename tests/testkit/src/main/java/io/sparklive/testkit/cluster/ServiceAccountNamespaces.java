// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The namespaces of service accounts that a test names without their namespace. Thread-safe. */
final class ServiceAccountNamespaces {
  private final Map<String, String> homes = new ConcurrentHashMap<>();

  /** Records an account. */
  void add(String namespace, String serviceAccount) {
    homes.put(serviceAccount, namespace);
    homes.put(namespace + "/" + serviceAccount, namespace);
  }

  /** This namespace, if the account exists there or nowhere; else that of its last creation. */
  String of(String namespace, String serviceAccount) {
    String here = homes.get(namespace + "/" + serviceAccount);
    return here == null ? homes.getOrDefault(serviceAccount, namespace) : here;
  }

  /** The user name of a service account at an API server. */
  static String user(String namespace, String serviceAccount) {
    return "system:serviceaccount:" + namespace + ":" + serviceAccount;
  }
}
