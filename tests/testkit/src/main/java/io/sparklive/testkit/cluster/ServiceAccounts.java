// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import static io.sparklive.testkit.cluster.ServiceAccountNamespaces.user;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Access control for pods: service accounts, their tokens and their permissions. */
final class ServiceAccounts {
  private static final String EVERYWHERE = "*";
  private static final String ADMIN = "admin";
  private static final String ADMINS = "system:masters";
  private static final String ANONYMOUS = "system:anonymous";

  private final Map<String, String> users = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> grants = new ConcurrentHashMap<>();
  private final ServiceAccountNamespaces homes = new ServiceAccountNamespaces();

  /** A token of the administrator. */
  String adminToken() {
    return token(ADMIN);
  }

  /** A new token of a service account; earlier ones stay valid. */
  String token(String namespace, String serviceAccount) {
    register(namespace, serviceAccount);
    return token(user(namespace, serviceAccount));
  }

  /** Registers a service account. */
  void register(String namespace, String serviceAccount) {
    homes.add(namespace, serviceAccount);
  }

  /** Accepts this token of a service account from now on, and no other. */
  void acceptOnly(String namespace, String serviceAccount, String token) {
    String user = user(namespace, serviceAccount);
    users.values().removeIf(user::equals);
    users.put(token, user);
  }

  void grant(String namespace, String serviceAccount, String... verbs) {
    granted(userFor(namespace, serviceAccount), namespace).addAll(Arrays.asList(verbs));
  }

  void grantEverywhere(String namespace, String serviceAccount, String... verbs) {
    granted(user(namespace, serviceAccount), EVERYWHERE).addAll(Arrays.asList(verbs));
  }

  void revoke(String namespace, String serviceAccount) {
    granted(userFor(namespace, serviceAccount), namespace).clear();
  }

  void revokeEverywhere(String namespace, String serviceAccount) {
    granted(user(namespace, serviceAccount), EVERYWHERE).clear();
  }

  /** The user of a request. */
  String authenticate(Optional<String> authorization, Optional<String> certificate) {
    if (authorization.isEmpty()) {
      return certificate.orElse(ANONYMOUS);
    }
    String user = users.get(authorization.get().replaceFirst("^Bearer ", ""));
    if (user == null) {
      throw ApiError.unauthorized();
    }
    return user;
  }

  /** The impersonated user of a request, if it names one: only the administrator may do that. */
  String impersonate(String user, Optional<String> name, List<String> groups) {
    if (name.isEmpty()) {
      return user;
    }
    if (!user.equals(ADMIN)) {
      throw ApiError.forbiddenImpersonation(user, name.get());
    }
    return groups.contains(ADMINS) ? ADMIN : name.get();
  }

  /** Throws unless the user has the permission. */
  void authorize(String user, String verb, Optional<String> namespace, Optional<String> pod) {
    boolean allowed =
        user.equals(ADMIN)
            || granted(user, EVERYWHERE).contains(verb)
            || namespace.filter(in -> granted(user, in).contains(verb)).isPresent();
    if (!allowed) {
      throw verb.equals(PodLog.RIGHT)
          ? ApiError.forbidden(user, "get", verb, namespace, pod)
          : ApiError.forbidden(user, verb, "pods", namespace, pod);
    }
  }

  private String userFor(String namespace, String serviceAccount) {
    return user(homes.of(namespace, serviceAccount), serviceAccount);
  }

  private Set<String> granted(String user, String namespace) {
    return grants.computeIfAbsent(user + " " + namespace, key -> ConcurrentHashMap.newKeySet());
  }

  private String token(String user) {
    String token = "token-" + UUID.randomUUID();
    users.put(token, user);
    return token;
  }
}
