// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import okhttp3.Authenticator;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;

/**
 * The proxy that a kubeconfig names for its cluster in {@code proxy-url}. It is used for each
 * request to the API server, regardless of the settings of the JVM.
 *
 * @param scheme {@code http}, {@code https} or {@code socks5}
 * @param login the user and the password for the proxy
 */
public record ClusterProxy(String scheme, String host, int port, Optional<Login> login) {
  // As in Go's net/http, and so in kubectl.
  private static final Map<String, Integer> DEFAULT_PORTS =
      Map.of("http", 80, "https", 443, "socks5", 1080);

  private static final String AUTHORIZATION = "Proxy-Authorization";

  /** The user and the password for the proxy. */
  record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[" + user + "]"; // The password is in no message.
    }
  }

  /**
   * The proxy of a kubeconfig, if it names one.
   *
   * @throws IOException if it cannot be used, with a message for the administrator
   */
  static Optional<ClusterProxy> of(KubeconfigFile file) throws IOException {
    Optional<String> url = KubeconfigFile.text(file.cluster(), "proxy-url");
    return url.isPresent() ? Optional.of(of(file.path(), url.get())) : Optional.empty();
  }

  /**
   * Parses the URL of a proxy.
   *
   * @param file the kubeconfig, for messages
   * @throws IOException if the URL cannot be used; the message has no password
   */
  static ClusterProxy of(Path file, String url) throws IOException {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw invalid(file, "is no URL");
    }
    Integer defaultPort = uri.getScheme() == null ? null : DEFAULT_PORTS.get(uri.getScheme());
    if (defaultPort == null) {
      throw invalid(file, "must begin with http://, https:// or socks5://");
    }
    if (uri.getHost() == null) {
      throw invalid(file, "names no host");
    }
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
    Optional<Login> login = Optional.ofNullable(uri.getRawUserInfo()).map(ClusterProxy::login);
    if (login.filter(ClusterProxy::isTooLong).isPresent() && uri.getScheme().equals("socks5")) {
      throw invalid(file, "has a user or a password that is too long for SOCKS5");
    }
    return new ClusterProxy(uri.getScheme(), host, port, login);
  }

  private static IOException invalid(Path file, String why) {
    return KubeconfigFields.invalidField(file, "cluster", "proxy-url", why);
  }

  private static Login login(String userInfo) {
    int colon = userInfo.indexOf(':');
    return colon < 0
        ? new Login(decoded(userInfo), "")
        : new Login(decoded(userInfo.substring(0, colon)), decoded(userInfo.substring(colon + 1)));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Whether the login is too long for SOCKS5 (RFC 1929, section 2). */
  private static boolean isTooLong(Login login) {
    return login.user().getBytes(StandardCharsets.UTF_8).length > 255
        || login.password().getBytes(StandardCharsets.UTF_8).length > 255;
  }

  /**
   * Makes a client send its requests through this proxy.
   *
   * @param client a client that has its certificates already
   */
  void applyTo(ApiClient client) {
    OkHttpClient.Builder http = client.getHttpClient().newBuilder();
    switch (scheme) {
      case "socks5" ->
          // OkHttp leaves SOCKS to the JVM, which has only one set of credentials for all proxies.
          http.proxy(Proxy.NO_PROXY)
              .dns(ClusterProxy::unresolved)
              .socketFactory(new PlainSockets(() -> new Socks5Socket(this)));
      case "https" -> throughTunnel(http).socketFactory(new PlainSockets(() -> tlsSocket(client)));
      default ->
          throughTunnel(http).socketFactory(new PlainSockets(() -> new Socket(Proxy.NO_PROXY)));
    }
    client.setHttpClient(http.build());
  }

  private OkHttpClient.Builder throughTunnel(OkHttpClient.Builder http) {
    http.proxy(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port)));
    login.ifPresent(credentials -> http.proxyAuthenticator(basic(credentials)));
    return http;
  }

  private static Authenticator basic(Login login) {
    String header = Credentials.basic(login.user(), login.password(), StandardCharsets.UTF_8);
    return (route, response) ->
        response.request().header(AUTHORIZATION) == null
            ? response.request().newBuilder().header(AUTHORIZATION, header).build()
            : null; // The proxy has rejected it.
  }

  /**
   * A TLS socket to an HTTPS proxy. OkHttp has no TLS to a proxy: it connects a socket of its
   * factory to the proxy and sends CONNECT on it, and a TLS socket does its handshake first. The
   * certificate authority is that of the cluster, as in client-go.
   */
  private static Socket tlsSocket(ApiClient client) throws IOException {
    SSLSocket socket = (SSLSocket) client.getHttpClient().sslSocketFactory().createSocket();
    if (client.isVerifyingSsl()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    return socket;
  }

  /** A placeholder address: the proxy resolves the name of the API server, so only that is used. */
  private static List<InetAddress> unresolved(String name) throws UnknownHostException {
    return List.of(InetAddress.getByAddress(name, new byte[4]));
  }

  /** The URL without user and password. */
  @Override
  public String toString() {
    return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
