// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** In which namespace a service account is that a test names without it. Thread-safe. */
final class ServiceAccountNamespaces {
  private final Map<String, String> homes = new ConcurrentHashMap<>();

  /** Notes an account. */
  void add(String namespace, String serviceAccount) {
    homes.put(serviceAccount, namespace);
    homes.put(namespace + "/" + serviceAccount, namespace);
  }

  /** This namespace, if the account is there or nowhere; or else the last one it was made in. */
  String of(String namespace, String serviceAccount) {
    String here = homes.get(namespace + "/" + serviceAccount);
    return here == null ? homes.getOrDefault(serviceAccount, namespace) : here;
  }

  /** The name under which an API server knows a service account. */
  static String user(String namespace, String serviceAccount) {
    return "system:serviceaccount:" + namespace + ":" + serviceAccount;
  }
}
