// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static io.sparklive.testkit.driver.RunningApplication.LIST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Container;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.testkit.driver.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A driver that takes long to respond to the check of a new connection. */
@ParameterizedClass
@EnumSource(Container.class)
class SlowConnectionCheckFilterTest extends OneLiveApplication {
  @Override
  protected HistoryServerPlan plan() {
    return super.plan().parameter("responseTimeout", "300ms").parameter("driversRefresh", "1h");
  }

  @Test
  void completesConnectionCheckAfterRequestTimeout() throws Exception {
    List<Boolean> closed = new CopyOnWriteArrayList<>();
    driver.respond(
        LIST,
        connection -> {
          closed.add(connection.awaitClose(Duration.ofMillis(1500)));
          connection.respond(Response.json(driver.application().list()));
          closed.add(connection.awaitClose(Duration.ofSeconds(10)));
        });

    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(504);

    await().until(() -> closed.size() >= 2);
    assertThat(closed).startsWith(false, true);
    driver.forget();
    assertThat(server.get(LIVE + "/jobs/").status()).isEqualTo(200);
  }
}
