// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamsOfUsersTest {
  private static final Optional<String> ADA = Optional.of("ada");

  private final StreamsOfUsers streams = new StreamsOfUsers(2);

  @Test
  void boundsStreamsOfEachUser() {
    StreamsOfUsers.Permit first = streams.tryOpen(ADA).orElseThrow();
    assertThat(streams.tryOpen(ADA)).isPresent();

    assertThat(streams.tryOpen(ADA)).isEmpty();
    assertThat(streams.tryOpen(Optional.of("bob"))).isPresent();

    first.release();
    first.release();
    assertThat(streams.tryOpen(ADA)).isPresent();
    assertThat(streams.tryOpen(ADA)).isEmpty();
  }

  @Test
  void hasNoBoundForUsersWithoutName() {
    for (int i = 0; i < 10; i++) {
      assertThat(streams.tryOpen(Optional.empty())).isPresent();
    }
  }
}
