// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An OpenID provider, as its discovery document describes it. */
final class OidcProvider {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final String issuer;
  private final String clientId;

  OidcProvider(String issuer, String clientId) {
    this.issuer = issuer;
    this.clientId = clientId;
  }

  /** The login page of the provider, for the browser. */
  String loginPage(PendingLogin login, String callback) throws IOException {
    Map<String, String> query = new TreeMap<>();
    query.put("response_type", "code");
    query.put("scope", "openid");
    query.put("client_id", clientId);
    query.put("redirect_uri", callback);
    query.put("state", login.state());
    query.put("nonce", login.nonce());
    query.put("code_challenge", login.challenge());
    query.put("code_challenge_method", "S256");
    return described("authorization_endpoint") + "?" + form(query);
  }

  /**
   * The provider's response to a login.
   *
   * @param user the user that has logged in
   * @param refreshToken for the next tokens
   */
  record Tokens(String user, String refreshToken) {}

  /**
   * The tokens of a user that has logged in.
   *
   * @throws GeneralSecurityException if the provider does not confirm the login, or not for this
   *     client
   */
  Tokens tokensFor(String code, PendingLogin login, String callback)
      throws IOException, GeneralSecurityException {
    Map<String, String> form = new TreeMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", callback);
    form.put("code_verifier", login.verifier());
    String tokens = tokens(form);
    IdToken token = IdToken.parse(JsonText.string(tokens, "id_token"));
    token.verify(get(described("jwks_uri")), issuer, clientId, login.nonce());
    return new Tokens(token.subject(), JsonText.string(tokens, "refresh_token"));
  }

  /**
   * The next refresh token, in exchange for this one.
   *
   * @throws GeneralSecurityException if the provider does not accept it
   */
  String refreshed(String refreshToken) throws IOException, GeneralSecurityException {
    Map<String, String> form = new TreeMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", refreshToken);
    return JsonText.string(tokens(form), "refresh_token");
  }

  private String tokens(Map<String, String> form) throws IOException, GeneralSecurityException {
    form.put("client_id", clientId);
    form.put("client_secret", "not checked");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(described("token_endpoint")))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form(form)));
    HttpResponse<String> tokens = send(request.build());
    if (tokens.statusCode() != 200) {
      throw new GeneralSecurityException("The provider does not accept the code or token.");
    }
    return tokens.body();
  }

  private String described(String property) throws IOException {
    return JsonText.string(get(issuer + "/.well-known/openid-configuration"), property);
  }

  private static String get(String uri) throws IOException {
    return send(HttpRequest.newBuilder(URI.create(uri)).build()).body();
  }

  private static HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static String form(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
