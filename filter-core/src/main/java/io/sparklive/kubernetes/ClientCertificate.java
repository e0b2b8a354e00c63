// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * Reads a client certificate and its private key, in PEM. The JDK reads keys only as PKCS#8 (RFC
 * 5208). The older forms that clusters write, {@code RSA PRIVATE KEY} (RFC 8017, appendix A.1.2)
 * and {@code EC PRIVATE KEY} (RFC 5915), are wrapped into PKCS#8.
 */
final class ClientCertificate {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");
  private static final char[] NO_PASSWORD = {};

  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int EC_PARAMETERS = 0xA0;
  private static final byte[] VERSION_0 = {INTEGER, 1, 0};
  // 1.2.840.113549.1.1.1, NULL
  private static final byte[] RSA = {
    0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 0x05, 0
  };
  // 1.2.840.10045.2.1
  private static final byte[] EC = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

  private ClientCertificate() {}

  /**
   * The key managers with which TLS presents the certificate.
   *
   * @throws IllegalArgumentException if the two are not a certificate and a key in PEM
   */
  static KeyManager[] keyManagers(byte[] certificate, byte[] key) {
    try {
      List<Certificate> chain =
          List.copyOf(
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(new ByteArrayInputStream(certificate)));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      store.setKeyEntry("client", privateKey(key), NO_PASSWORD, chain.toArray(new Certificate[0]));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "the client certificate or its key is invalid: " + e.getMessage(), e);
    }
  }

  static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
    Matcher parts = KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
    if (!parts.find()) {
      throw new GeneralSecurityException("it holds no private key in PEM, or an encrypted one");
    }
    byte[] der = Base64.getMimeDecoder().decode(parts.group(2));
    return switch (parts.group(1)) {
      case "RSA " -> pkcs8("RSA", wrapped(RSA, der));
      case "EC " -> pkcs8("EC", wrapped(concat(EC, curveOf(der)), der));
      default -> ofAnyAlgorithm(der);
    };
  }

  private static PrivateKey ofAnyAlgorithm(byte[] der) throws GeneralSecurityException {
    GeneralSecurityException last = null;
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return pkcs8(algorithm, der);
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw requireNonNull(last);
  }

  private static PrivateKey pkcs8(String algorithm, byte[] der) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return tagged(
        SEQUENCE,
        concat(VERSION_0, concat(tagged(SEQUENCE, algorithm), tagged(OCTET_STRING, key))));
  }

  /** The parameters of an ECPrivateKey: its third field, a tag that holds an object identifier. */
  private static byte[] curveOf(byte[] ecPrivateKey) throws GeneralSecurityException {
    try {
      ByteBuffer fields = content(ByteBuffer.wrap(ecPrivateKey), SEQUENCE);
      content(fields, INTEGER);
      content(fields, OCTET_STRING);
      ByteBuffer curve = content(fields, EC_PARAMETERS);
      byte[] identifier = new byte[curve.remaining()];
      curve.get(identifier);
      return identifier;
    } catch (RuntimeException e) {
      throw new GeneralSecurityException("its elliptic curve is not named", e);
    }
  }

  /** Reads the next element of the buffer, which must have this tag (X.690, definite lengths). */
  private static ByteBuffer content(ByteBuffer der, int tag) {
    if ((der.get() & 0xFF) != tag) {
      throw new IllegalArgumentException("not the tag " + tag);
    }
    int length = der.get() & 0xFF;
    if (length > 0x7F) {
      int bytes = length & 0x7F;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (der.get() & 0xFF);
      }
    }
    ByteBuffer content = der.slice(der.position(), length);
    der.position(der.position() + length);
    return content;
  }

  private static byte[] tagged(int tag, byte[] content) {
    byte[] header;
    if (content.length < 0x80) {
      header = new byte[] {(byte) tag, (byte) content.length};
    } else if (content.length < 0x100) {
      header = new byte[] {(byte) tag, (byte) 0x81, (byte) content.length};
    } else {
      header =
          new byte[] {(byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
    }
    return concat(header, content);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(first.length + second.length);
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }
}
