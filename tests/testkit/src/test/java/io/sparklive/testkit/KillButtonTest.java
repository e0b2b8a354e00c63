// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kit")
class KillButtonTest {
  private static final URI SERVER = URI.create("http://127.0.0.1:18080");

  /** As Spark 4.2.0 writes it. */
  private static final String LINKS =
      """
      <a href="/sparkui/a/jobs/job/kill/?id=7" data-kill-message="Kill job 7 ?" class="kill-link">
      (kill)</a> <a href="/sparkui/a/jobs/job/?id=7" class="name-link">count</a>
      <a href="/sparkui/a/jobs/job/kill/?id=70" class="kill-link">(kill)</a>""";

  /** As Spark 4.3.0 writes it. */
  private static final String FORMS =
      """
      <form action="/sparkui/a/stages/stage/kill/" method="POST" class="d-inline float-end">
        <input type="hidden" name="id" value="7"/>
        <input type="hidden" name="csrfToken" value="4dba01ef74720b39515f844f90de2eb9"/>
        <a href="#" data-kill-message="Kill stage 7 ?" class="kill-link">(kill)</a>
      </form>
      <form action="/sparkui/a/stages/stage/kill/" method="POST" class="d-inline float-end">
        <input type="hidden" name="id" value="6"/>
        <input type="hidden" name="csrfToken" value="00"/>
      </form>""";

  @Test
  void readsLinks() {
    assertThat(KillButton.on(LINKS)).extracting(KillButton::id).containsExactly(7, 70);

    KillButton button = KillButton.on(LINKS, 7);

    assertThat(button).isEqualTo(new KillButton("/sparkui/a/jobs/job/kill/", 7, Optional.empty()));
    assertThat(button.click(SERVER).build().method()).isEqualTo("GET");
    assertThat(button.click(SERVER).build().uri())
        .isEqualTo(URI.create(SERVER + "/sparkui/a/jobs/job/kill/?id=7"));
    assertThat(button.post(SERVER).build().method()).isEqualTo("POST");
    assertThat(button.post(SERVER).build().headers().firstValue("Referer"))
        .contains(SERVER + "/sparkui/a/jobs/");
  }

  @Test
  void readsForms() {
    assertThat(KillButton.on(FORMS)).extracting(KillButton::id).containsExactly(7, 6);

    KillButton button = KillButton.on(FORMS, 6);

    assertThat(button)
        .isEqualTo(new KillButton("/sparkui/a/stages/stage/kill/", 6, Optional.of("00")));
    assertThat(button.click(SERVER).build().method()).isEqualTo("POST");
    assertThat(button.click(SERVER).build().uri())
        .isEqualTo(URI.create(SERVER + "/sparkui/a/stages/stage/kill/"));
    assertThat(button.post(SERVER).build().uri())
        .isEqualTo(URI.create(SERVER + "/sparkui/a/stages/stage/kill/?id=6"));
  }

  @Test
  void reportsMissingButton() {
    assertThat(KillButton.on("<form action=\"/search/\" method=\"POST\"></form>")).isEmpty();
    assertThatThrownBy(() -> KillButton.on(LINKS, 8))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("No button kills 8");
  }
}
