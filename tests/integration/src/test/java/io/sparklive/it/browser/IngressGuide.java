// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.testkit.Nginx;
import io.sparklive.testkit.ProjectFiles;
import io.sparklive.testkit.WebServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The nginx configurations of docs/guides/ingress.md, with the addresses of the test. */
final class IngressGuide {
  private static final Path GUIDE = ProjectFiles.at("docs", "guides", "ingress.md");
  private static final String COMMON = "Common settings";
  private static final Pattern BLOCK =
      Pattern.compile(
          "^## (?<heading>[^\\n]+)\\n(?:(?!## ).*\\n)*?```nginx\\n(?<text>(?s:.*?))```",
          Pattern.MULTILINE);

  private IngressGuide() {}

  /**
   * An nginx in front of that server, with the configuration under that heading.
   *
   * @param change the change that the guide describes
   */
  static Nginx before(WebServer server, String heading, UnaryOperator<String> change) {
    Path home = Nginx.newHome();
    try {
      Path snippets = Files.createDirectory(home.resolve("snippets"));
      Files.writeString(snippets.resolve("spark-history.conf"), block(COMMON));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String block =
        replaced(
            change.apply(block(heading)), "http://spark-history:18080", server.uri().toString());
    String servers = block.contains("ssl_certificate") ? withCertificate(block, home) : block;
    return Nginx.start(home, port -> listening(servers, port));
  }

  private static String withCertificate(String block, Path home) {
    SelfSignedCertificate signed = SelfSignedCertificate.in(home);
    return replaced(
        replaced(block, "/etc/nginx/tls/tls.crt", signed.certificate().toString()),
        "/etc/nginx/tls/tls.key",
        signed.key().toString());
  }

  private static String listening(String servers, int port) {
    String listen = servers.contains(" ssl;") ? "listen 443 " : "listen 80";
    return replaced(
        servers, listen, "listen 127.0.0.1:" + port + (listen.endsWith(" ") ? " " : ""));
  }

  private static String block(String heading) {
    Matcher blocks = BLOCK.matcher(text());
    while (blocks.find()) {
      if (blocks.group("heading").equals(heading)) {
        return blocks.group("text");
      }
    }
    throw new IllegalStateException("No nginx under " + heading + " in " + GUIDE);
  }

  /** Fails if there is nothing to replace: the guide has changed then. */
  static String replaced(String text, String what, String by) {
    assertThat(text).as("%s", GUIDE).contains(what);
    return text.replace(what, by);
  }

  private static String text() {
    try {
      return Files.readString(GUIDE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
