// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictObjectsTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: a
      spec:
        replicas: 1
        selector:
          matchLabels:
            app: a
        template:
          metadata:
            labels:
              app: a
          spec:
            containers:
              - name: c
                image: busybox
                env:
                  - name: A
                    value: "1"
                ports:
                  - containerPort: 80
                resources:
                  limits:
                    memory: 2Gi
      """;

  @Test
  void acceptsValidObject() {
    assertThat(StrictObjects.in(DEPLOYMENT)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replicas: 1      | replica: 1",
        "replicas: 1      | replicas: '1'",
        "value: \"1\"     | value: 1",
        "value: \"1\"     | valueFrom: x",
        "containerPort:   | port:",
        "containerPort: 80 | containerPort: http",
        "memory: 2Gi      | memory: []",
        "kind: Deployment | kind: Deploymnt",
        "app: a           | app: true",
        "image: busybox   | image:",
        "image: busybox   | name: d",
      })
  void rejectsInvalidObject(String right, String wrong) {
    assertThat(DEPLOYMENT).contains(right);

    assertThatThrownBy(() -> StrictObjects.in(DEPLOYMENT.replaceFirst(right, wrong))).isNotNull();
  }
}
