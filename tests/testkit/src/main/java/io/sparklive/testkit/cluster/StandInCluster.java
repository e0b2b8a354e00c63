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
 * A stand-in for a Kubernetes API server, in this JVM, as far as discovery uses one. It serves pods
 * over HTTPS and HTTP/1.1, with the pages, selectors, watches, tokens and roles of Kubernetes 1.20.
 * It creates ten thousand pods in a second or two, and has the faults that a test sets.
 * Thread-safe.
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

  /** Starts a stand-in on a free port of 127.0.0.1. */
  public StandInCluster() {
    api = new PodApi(store, accounts, faults, requests, this::isConnected);
    listener = new ApiListener(authority, api);
    relay = TcpRelay.to(listener.port());
  }

  /** The response to a watch from a version that is too old. */
  public enum Expiry {
    /** The watch begins, sends an {@code ERROR} and ends. */
    EVENT,
    /** The response has status 410. */
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

  /** As {@link #kubeconfigOf}, for a user with a client certificate instead of a token. */
  public Path kubeconfigWithCertificate(String namespace, String serviceAccount) {
    accounts.register(namespace, serviceAccount);
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

  /** Accepts this token of a service account from now on, and no earlier one. */
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

  /** Creates a namespace of this name. */
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

  /** All requests for pods since the start, or since the log was cleared. */
  public RequestLog requests() {
    return requests;
  }

  /** The number of watches that receive changes. */
  public int watches() {
    return api.watches();
  }

  /** Sets the log of a pod, for all of its containers. */
  public void setLog(String namespace, String pod, PodLog log) {
    api.log(namespace, pod, log);
  }

  /** The number of logs that are being sent. */
  public int openLogs() {
    return api.openLogs();
  }

  /** The number of open connections. */
  public int connections() {
    return relay.openConnections();
  }

  /**
   * Discards all changes up to now: watches from an earlier version and further pages of a list get
   * a 410. Open watches continue; {@link #dropConnections} ends them.
   */
  public void expireHistory(Expiry expiry) {
    faults.expiryAsStatus(expiry == Expiry.STATUS);
    store.expire();
  }

  /** Starts the versions anew, as an API server on another etcd does, and drops all connections. */
  public void restartWithNewHistory(boolean keepPods) {
    relay.dropConnections();
    store.restart(keepPods);
    relay.dropConnections();
  }

  /** Responds with this error to every request, until {@link #recover}. */
  public void respondWith(int status, Optional<String> retryAfter) {
    faults.respondWith(ApiError.of(status, retryAfter), Optional.empty(), ALWAYS);
  }

  /** Responds with this error to every request in one namespace, until {@link #recover}. */
  public void respondWith(int status, Optional<String> retryAfter, String namespace) {
    faults.respondWith(ApiError.of(status, retryAfter), Optional.of(namespace), ALWAYS);
  }

  /** Responds with this error to the next requests. */
  public void respondNextWith(int times, int status, Optional<String> retryAfter) {
    faults.respondWith(ApiError.of(status, retryAfter), Optional.empty(), times);
  }

  /** Ends every watch cleanly: open ones now, later ones after their headers. */
  public void endWatchesAtOnce() {
    faults.endWatchesAtOnce();
  }

  /** Sets whether new watches send bookmarks. At first they do. */
  public void bookmarks(boolean wanted) {
    faults.bookmarks(wanted);
  }

  /** Sends a bookmark now on every open watch that requested bookmarks. */
  public void bookmark() {
    store.requestBookmarks();
  }

  /** Resets every connection. */
  public void dropConnections() {
    relay.dropConnections();
  }

  /** Accepts connections and requests and sends nothing, as a stopped process does. */
  public void silence() {
    relay.silence();
  }

  /** Resets all connections and refuses new ones, as if no process listened. */
  public void refuse() {
    relay.refuseConnections();
  }

  /** Ends all faults. Expired versions and restarted histories stay as they are. */
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
