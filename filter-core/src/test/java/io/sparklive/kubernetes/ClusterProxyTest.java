// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterProxyTest {
  private static final Path FILE = Path.of("kubeconfig");

  @ParameterizedTest
  @CsvSource({
    "http://proxy, http://proxy:80",
    "https://proxy, https://proxy:443",
    "socks5://proxy, socks5://proxy:1080",
    "http://proxy:3128/, http://proxy:3128",
    "http://user:secret@[::1]:3128, http://[::1]:3128",
    "socks5://user:secret@proxy.example.org, socks5://proxy.example.org:1080"
  })
  void printsUrlWithoutLogin(String url, String text) throws IOException {
    ClusterProxy proxy = ClusterProxy.of(FILE, url);

    assertThat(proxy).hasToString(text);
    assertThat(proxy.login().toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "user:secret, user, secret",
    "us%3Aer:a%40b%2Fc:d, us:er, a@b/c:d",
    "user, user, ''",
    "user:, user, ''",
    ":secret, '', secret",
    "user:a+b%20c%2B, user, a+b c+"
  })
  void readsLoginAsKubectlDoes(String userInfo, String user, String password) throws IOException {
    assertThat(ClusterProxy.of(FILE, "http://" + userInfo + "@proxy").login())
        .contains(new ClusterProxy.Login(user, password));
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 300})
  void rejectsLoginTooLongForSocks5(int length) throws IOException {
    String login = "user:" + "x".repeat(length) + "@";

    assertThatIOException()
        .isThrownBy(() -> ClusterProxy.of(FILE, "socks5://" + login + "proxy"))
        .withMessage(
            "kubeconfig: cluster.proxy-url has a user or a password that is too long for SOCKS5");
    assertThat(ClusterProxy.of(FILE, "http://" + login + "proxy").login()).isPresent();
  }

  @Test
  void hidesPasswordIfUrlIsInvalid() {
    assertThatIOException()
        .isThrownBy(() -> ClusterProxy.of(FILE, "http://user:sec ret@proxy"))
        .withMessage("kubeconfig: cluster.proxy-url is no URL");
  }
}
