// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A login in progress.
 *
 * @param state returned with the code
 * @param nonce returned in the ID token
 * @param verifier proves to the provider that the holder of the code began the login (RFC 7636)
 * @param page the page that the user requested
 */
record PendingLogin(String state, String nonce, String verifier, String page) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  static PendingLogin begin(String page) {
    return new PendingLogin(random(), random(), random(), page);
  }

  static PendingLogin parse(String text) {
    String[] parts = text.split(" ", 4);
    return new PendingLogin(parts[0], parts[1], parts[2], parts[3]);
  }

  String text() {
    return String.join(" ", state, nonce, verifier, page);
  }

  String challenge() {
    try {
      return BASE64.encodeToString(
          MessageDigest.getInstance("SHA-256")
              .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return BASE64.encodeToString(bytes);
  }
}
