// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;

/** Key stores with a self-signed certificate each, made by keytool, and stores that trust them. */
public record KeyStores(Path directory) {
  public static final String PASSWORD = "changeit";
  public static final String TYPE = "PKCS12";
  private static final String ALIAS = "driver";

  /** The key and certificate of a server with these subject alternative names. */
  public Path serverOf(String name, String alternativeNames) {
    Path file = directory.resolve(name + ".p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keystore",
            file.toString(),
            "-storetype",
            TYPE,
            "-storepass",
            PASSWORD,
            "-alias",
            ALIAS,
            "-dname",
            "CN=" + name,
            "-ext",
            "san=" + alternativeNames,
            "-keyalg",
            "EC",
            "-validity",
            "2");
    try {
      Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
      if (keytool.waitFor() != 0) {
        throw new IllegalStateException(output);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while keytool made " + file, e);
    }
  }

  /** A store of that type that trusts these servers, and no other. */
  Path trusting(String name, String type, Path... servers) {
    Path file = directory.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      KeyStore trusted = KeyStore.getInstance(type);
      trusted.load(null, null);
      for (Path server : servers) {
        trusted.setCertificateEntry(
            "of-" + server.getFileName(), opened(server).getCertificate(ALIAS));
      }
      trusted.store(out, PASSWORD.toCharArray());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyStore opened(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore keys = KeyStore.getInstance(TYPE);
      keys.load(in, PASSWORD.toCharArray());
      return keys;
    }
  }
}
