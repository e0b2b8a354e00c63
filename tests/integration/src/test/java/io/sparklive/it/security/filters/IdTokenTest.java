// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The login of the tests accepts only ID tokens that the provider has issued for it. */
class IdTokenTest {
  private static final String CLAIMS =
      "{\"sub\":\"alice\",\"iss\":\"us\",\"aud\":[\"history\"],\"nonce\":\"once\",\"exp\":%d}";

  private final KeyPair ours = newKeys();
  private final long later = Instant.now().plusSeconds(60).getEpochSecond();

  @Test
  void namesAuthenticatedUser() throws GeneralSecurityException {
    IdToken token = signed(ours, CLAIMS.formatted(later));

    token.verify(published(ours), "us", "history", "once");

    assertThat(token.subject()).isEqualTo("alice");
  }

  @Test
  void isRejectedIfSignedByAnotherKey() {
    assertRejected(signed(newKeys(), CLAIMS.formatted(later)), "another signature");
  }

  @Test
  void isRejectedIfIssuedForAnotherLogin() {
    String claims = CLAIMS.formatted(later);
    assertRejected(signed(ours, claims.replace("us", "them")), "another issuer");
    assertRejected(signed(ours, claims.replace("history", "shop")), "another audience");
    assertRejected(signed(ours, claims.replace("\"once\"", "\"twice\"")), "another login");
    assertRejected(signed(ours, CLAIMS.formatted(later - 120)), "its time is over");
  }

  private void assertRejected(IdToken token, String why) {
    assertThatThrownBy(() -> token.verify(published(ours), "us", "history", "once"))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining(why);
  }

  private static IdToken signed(KeyPair keys, String claims) {
    String text = encoded("{\"alg\":\"RS256\",\"kid\":\"1\"}") + "." + encoded(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return IdToken.parse(text + "." + encoded(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String published(KeyPair keys) {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return "{\"keys\":[{\"kid\":\"1\",\"n\":\"%s\",\"e\":\"%s\"}]}"
        .formatted(
            encoded(key.getModulus().toByteArray()),
            encoded(key.getPublicExponent().toByteArray()));
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
