// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * An ID token: a JSON Web Token signed with RSA and SHA-256 (RFC 7519, OpenID Connect Core).
 *
 * @param signed the part that the signature covers
 * @param header algorithm and key of the signature, in JSON
 * @param claims the claims, in JSON
 * @param signature the signature, in Base64
 */
record IdToken(String signed, String header, String claims, String signature) {
  private static final Pattern KEY = Pattern.compile("\\{[^{}]*}");

  static IdToken parse(String token) {
    String[] parts = token.split("\\.", -1);
    return new IdToken(parts[0] + "." + parts[1], text(parts[0]), text(parts[1]), parts[2]);
  }

  String subject() {
    return JsonText.string(claims, "sub");
  }

  /**
   * Checks issuer, audience and login.
   *
   * @param keys the provider's public keys (RFC 7517)
   * @throws GeneralSecurityException if any of them is wrong
   */
  void verify(String keys, String issuer, String clientId, String nonce)
      throws GeneralSecurityException {
    check(JsonText.string(header, "alg").equals("RS256"), "another algorithm");
    Signature verification = Signature.getInstance("SHA256withRSA");
    verification.initVerify(keyIn(keys));
    verification.update(signed.getBytes(StandardCharsets.US_ASCII));
    check(verification.verify(decoded(signature)), "another signature");
    check(JsonText.string(claims, "iss").equals(issuer), "another issuer");
    check(isFor(clientId), "another audience");
    check(JsonText.string(claims, "nonce").equals(nonce), "another login");
    check(JsonText.number(claims, "exp") > Instant.now().getEpochSecond(), "its time is over");
  }

  private boolean isFor(String clientId) {
    return Pattern.compile("\"aud\"\\s*:\\s*(\\[[^]]*)?\"" + Pattern.quote(clientId) + "\"")
        .matcher(claims)
        .find();
  }

  private PublicKey keyIn(String keys) throws GeneralSecurityException {
    String id = JsonText.string(header, "kid");
    String key =
        KEY.matcher(keys)
            .results()
            .map(MatchResult::group)
            .filter(one -> JsonText.string(one, "kid").equals(id))
            .findFirst()
            .orElseThrow(() -> new GeneralSecurityException("The ID token: an unknown key"));
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
  }

  private static BigInteger number(String key, String name) {
    return new BigInteger(1, decoded(JsonText.string(key, name)));
  }

  private static void check(boolean holds, String otherwise) throws GeneralSecurityException {
    if (!holds) {
      throw new GeneralSecurityException("The ID token: " + otherwise);
    }
  }

  private static String text(String part) {
    return new String(decoded(part), StandardCharsets.UTF_8);
  }

  private static byte[] decoded(String part) {
    return Base64.getUrlDecoder().decode(part);
  }
}
