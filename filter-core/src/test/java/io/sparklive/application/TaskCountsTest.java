// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskCountsTest {
  @Test
  void addsEachCountSeparately() {
    assertThat(new TaskCounts(1, 2, 3, 4, 5, 6).plus(new TaskCounts(10, 20, 30, 40, 50, 60)))
        .isEqualTo(new TaskCounts(11, 22, 33, 44, 55, 66));
    assertThat(TaskCounts.NONE.plus(new TaskCounts(1, 2, 3, 4, 5, 6)))
        .isEqualTo(new TaskCounts(1, 2, 3, 4, 5, 6));
  }

  @Test
  void saturatesOnOverflow() {
    int most = Integer.MAX_VALUE;
    TaskCounts all = new TaskCounts(most, most, most, most, most, most);

    assertThat(all.plus(all)).isEqualTo(all);
    assertThat(all.plus(new TaskCounts(1, 1, 1, 1, 1, 1))).isEqualTo(all);
  }

  @Test
  void limitsDoneTasksToTotal() {
    assertThat(new TaskCounts(3, 4, 0, 0, 0, 0).done()).isEqualTo(3);
  }
}
