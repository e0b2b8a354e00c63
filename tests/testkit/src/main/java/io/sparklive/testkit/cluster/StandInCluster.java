// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonObject;
import io.sparklive.testkit.relay.TcpRelay;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Kubernetes API server as far as discovery can see one, in this JVM: pods over HTTPS and
 * HTTP/1.1, with pages, selectors, watches, tokens and roles as Kubernetes 1.20 has them. Its pods
 * come and go in process, ten thousand in a second or two, and it fails as it is told. Thread-safe.
 */
public final class StandInCluster implements TestCluster {
  private static final int ALWAYS = Integer.MAX_VALUE;

  private final TemporaryDirectory directory = new TemporaryDirectory();
  private final TestCertificateAuthority authority = TestCertificateAuthority.shared();
  private final Path authorityFile = directory.write("ca.crt", authority.certificate());
  private final PodStore store = new PodStore();
  private final ServiceAccounts accounts = new ServiceAccounts();
  private final Faults faults = new Faults();
  private final RequestLog requests = new RequestLog();
  private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
  private final PodApi api;
  private final ApiListener listener;
  private final TcpRelay relay;

  /** Starts one on a free port of 127.0.0.1. */
  public StandInCluster() {
    api = new PodApi(store, accounts, faults, requests, this::isConnected);
    listener = new ApiListener(authority, api);
    relay = TcpRelay.to(listener.port());
  }

  /** How a watch from a version that is too old is answered. */
  public enum Expiry {
    /** The watch begins, tells an {@code ERROR} and ends. */
    EVENT,
    /** The watch is answered with status 410. */
    STATUS
  }

  /** {@code https://127.0.0.1:port}. */
  public URI uri() {
    return URI.create("https://127.0.0.1:" + relay.port());
  }

  @Override
  public Path kubeconfig() {
    return Kubeconfig.withToken(
        directory.path().resolve("admin.kubeconfig"),
        uri(),
        authorityFile,
        "default",
        accounts.adminToken());
  }

  @Override
  public Path kubeconfigOf(String namespace, String serviceAccount) {
    return Kubeconfig.withToken(
        directory.path().resolve(namespace + "-" + serviceAccount + ".kubeconfig"),
        uri(),
        authorityFile,
        namespace,
        accounts.token(namespace, serviceAccount));
  }

  /** As {@link #kubeconfigOf}, of a user that has a client certificate instead of a token. */
  public Path kubeconfigWithCertificate(String namespace, String serviceAccount) {
    accounts.known(namespace, serviceAccount);
    List<String> pem = authority.user(ServiceAccountNamespaces.user(namespace, serviceAccount));
    String name = namespace + "-" + serviceAccount;
    return Kubeconfig.withCertificate(
        directory.path().resolve(name + "-certificate.kubeconfig"),
        uri(),
        authorityFile,
        namespace,
        directory.write(name + ".crt", pem.get(0)),
        directory.write(name + ".key", pem.get(1)));
  }

  /** A new token of a service account. */
  public String token(String namespace, String serviceAccount) {
    return accounts.token(namespace, serviceAccount);
  }

  /** Accepts this token of a service account from now on, and none that it had before. */
  public void acceptOnlyToken(String namespace, String serviceAccount, String token) {
    accounts.acceptOnly(namespace, serviceAccount, token);
  }

  @Override
  public InClusterFiles inClusterFiles(Path target, String namespace, String serviceAccount) {
    return InClusterFiles.write(
        target, uri(), authority.certificate(), namespace, token(namespace, serviceAccount));
  }

  @Override
  public void grant(String namespace, String serviceAccount, String... verbs) {
    accounts.grant(namespace, serviceAccount, verbs);
  }

  @Override
  public void grantEverywhere(String namespace, String serviceAccount, String... verbs) {
    accounts.grantEverywhere(namespace, serviceAccount, verbs);
  }

  @Override
  public void revoke(String namespace, String serviceAccount) {
    accounts.revoke(namespace, serviceAccount);
  }

  @Override
  public void revokeEverywhere(String namespace, String serviceAccount) {
    accounts.revokeEverywhere(namespace, serviceAccount);
  }

  @Override
  public String newNamespace() {
    return addNamespace("test-" + UUID.randomUUID().toString().substring(0, 8));
  }

  /** Makes a namespace of this name. */
  public String addNamespace(String name) {
    namespaces.add(name);
    return name;
  }

  @Override
  public JsonObject create(String namespace, JsonObject pod) {
    if (!namespaces.contains(namespace)) {
      throw new IllegalStateException("namespaces \"%s\" not found".formatted(namespace));
    }
    return store.create(namespace, pod).toJson();
  }

  @Override
  public JsonObject setStatus(String namespace, String pod, JsonObject status) {
    return store.update(namespace, pod, (old, next) -> old.with(status, next)).toJson();
  }

  @Override
  public void delete(String namespace, String pod) {
    store.delete(namespace, pod);
  }

  @Override
  public void deleteGracefully(String namespace, String pod, int seconds) {
    if (store.hasEnded(namespace, pod)) {
      delete(namespace, pod);
      return;
    }
    Instant end = Instant.now().plusSeconds(seconds);
    store.update(namespace, pod, (old, next) -> old.deletedAt(end, seconds, next));
  }

  /** Every request for pods since the start, or since it was cleared. */
  public RequestLog requests() {
    return requests;
  }

  /** How many watches are being told changes. */
  public int watches() {
    return api.watches();
  }

  /** How many connections are open. */
  public int connections() {
    return relay.openConnections();
  }

  /**
   * Forgets what changed up to now: whoever watches from an earlier version, or continues a list,
   * is answered 410. Watches that are open go on; {@link #dropConnections} ends them.
   */
  public void expireHistory(Expiry expiry) {
    faults.expiryAsStatus(expiry == Expiry.STATUS);
    store.expire();
  }

  /** Starts versions anew, as an API server on another etcd does, and drops every connection. */
  public void restartWithNewHistory(boolean keepPods) {
    relay.dropConnections();
    store.restart(keepPods);
    relay.dropConnections();
  }

  /** Answers every request so, until it {@linkplain #recover recovers}. */
  public void answer(int status, Optional<String> retryAfter) {
    faults.answer(ApiError.of(status, retryAfter), Optional.empty(), ALWAYS);
  }

  /** Answers every request about one namespace so, until it {@linkplain #recover recovers}. */
  public void answer(int status, Optional<String> retryAfter, String namespace) {
    faults.answer(ApiError.of(status, retryAfter), Optional.of(namespace), ALWAYS);
  }

  /** Answers the next requests so. */
  public void answerNext(int times, int status, Optional<String> retryAfter) {
    faults.answer(ApiError.of(status, retryAfter), Optional.empty(), times);
  }

  /** Ends every watch cleanly: the open ones now, later ones after their headers. */
  public void endWatchesAtOnce() {
    faults.endWatchesAtOnce();
  }

  /** Whether watches that begin from now on are told bookmarks. They are at first. */
  public void bookmarks(boolean wanted) {
    faults.bookmarks(wanted);
  }

  /** Tells a bookmark now on every open watch that wants them. */
  public void bookmark() {
    store.askForBookmarks();
  }

  /** Resets every connection. */
  public void dropConnections() {
    relay.dropConnections();
  }

  /** Takes connections and requests and says nothing, as a stopped process does. */
  public void silence() {
    relay.silence();
  }

  /** Resets every connection and refuses new ones, as where no process is. */
  public void refuse() {
    relay.refuseConnections();
  }

  /** Ends what was told to go wrong. What is expired, and what restarted, stays so. */
  public void recover() {
    faults.recover();
    relay.recover();
  }

  @Override
  public void close() {
    relay.close();
    listener.close();
    directory.close();
  }

  private boolean isConnected(int port) {
    return relay.carries(port);
  }
}
