// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Cookie values that only the holder of the key can make, each valid for one name and one hour. */
final class SignedCookies {
  private static final String ALGORITHM = "HmacSHA256";
  private static final Duration GOOD_FOR = Duration.ofHours(1);

  private final SecretKeySpec key;

  SignedCookies(String key) {
    this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  String sealed(String name, String text) {
    String dated = Instant.now().plus(GOOD_FOR).getEpochSecond() + " " + text;
    return encoded(dated.getBytes(StandardCharsets.UTF_8)) + "." + encoded(mac(name, dated));
  }

  /** The text; empty if the signature, the name or the age is wrong. */
  Optional<String> opened(String name, String value) {
    String[] parts = value.split("\\.", -1);
    if (parts.length != 2) {
      return Optional.empty();
    }
    try {
      String dated = new String(decoded(parts[0]), StandardCharsets.UTF_8);
      return MessageDigest.isEqual(mac(name, dated), decoded(parts[1]))
          ? inTime(dated)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> inTime(String dated) {
    String[] parts = dated.split(" ", 2);
    Instant end = Instant.ofEpochSecond(Long.parseLong(parts[0]));
    return Instant.now().isBefore(end) ? Optional.of(parts[1]) : Optional.empty();
  }

  private byte[] mac(String name, String dated) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal((name + "=" + dated).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] decoded(String text) {
    return Base64.getUrlDecoder().decode(text);
  }
}
