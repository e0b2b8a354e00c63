package io.sparklive.application;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TasksTest {
  @Test
  void eachCountIsAddedToItsOwn() {
    assertThat(new Tasks(1, 2, 3, 4, 5, 6).plus(new Tasks(10, 20, 30, 40, 50, 60)))
        .isEqualTo(new Tasks(11, 22, 33, 44, 55, 66));
    assertThat(Tasks.NONE.plus(new Tasks(1, 2, 3, 4, 5, 6))).isEqualTo(new Tasks(1, 2, 3, 4, 5, 6));
  }

  @Test
  void whatIsTooMuchIsTheMost() {
    int most = Integer.MAX_VALUE;
    Tasks all = new Tasks(most, most, most, most, most, most);

    assertThat(all.plus(all)).isEqualTo(all);
    assertThat(all.plus(new Tasks(1, 1, 1, 1, 1, 1))).isEqualTo(all);
  }

  @Test
  void noMoreAreDoneThanThereAre() {
    assertThat(new Tasks(3, 4, 0, 0, 0, 0).done()).isEqualTo(3);
  }
}
