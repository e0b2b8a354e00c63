// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.stream.JsonReader;
import io.sparklive.application.ApplicationId;
import io.sparklive.testkit.cluster.PodManifests;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriverPodIndexTest {
  private static final String KUBEFLOW = "sparkoperator.k8s.io/app-name";
  private static final String APACHE = "spark.operator/spark-app-name";
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private final DriverPodIndex index = new DriverPodIndex(InstantSource.fixed(NOW));

  private static JsonObject pod(String uid, String name, String id, int age) {
    JsonObject pod = PodManifests.driver(id);
    JsonObject metadata = pod.getAsJsonObject("metadata");
    metadata.addProperty("uid", uid);
    metadata.addProperty("name", name);
    metadata.addProperty("namespace", "etl");
    metadata.addProperty("creationTimestamp", NOW.minusSeconds(age).toString());
    return pod;
  }

  private static JsonObject labelled(JsonObject pod, String label, String value) {
    pod.getAsJsonObject("metadata").getAsJsonObject("labels").addProperty(label, value);
    return pod;
  }

  private void add(JsonObject pod) {
    try {
      index.onPod(PodReader.read(new JsonReader(new StringReader(pod.toString()))));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Optional<String> ofPod(String name) {
    return index.findByPod("etl", name).map(DriverPodIndex.Found::id).map(ApplicationId::value);
  }

  private Optional<String> ofApp(String name) {
    return index
        .findBySparkApplication("etl", name)
        .map(DriverPodIndex.Found::id)
        .map(ApplicationId::value);
  }

  @Test
  void findsPodByItsName() {
    add(pod("u-1", "nightly-driver", "spark-1", 5));

    assertThat(index.findByPod("etl", "nightly-driver"))
        .contains(
            new DriverPodIndex.Found("u-1", "etl/nightly-driver", new ApplicationId("spark-1")));
    assertThat(ofPod("other-driver")).isEmpty();
    assertThat(index.findByPod("other", "nightly-driver")).isEmpty();
    assertThat(ofApp("nightly-driver")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {KUBEFLOW, APACHE})
  void findsPodOfSparkApplication(String label) {
    add(labelled(pod("u-1", "nightly-0-driver", "spark-1", 5), label, "nightly"));

    assertThat(ofApp("nightly")).contains("spark-1");
    assertThat(ofPod("nightly")).isEmpty();
    assertThat(ofPod("nightly-0-driver")).contains("spark-1");
  }

  @Test
  void ignoresPodWithoutApplicationId() {
    JsonObject pod = labelled(pod("u-1", "nightly-driver", "spark-1", 5), KUBEFLOW, "nightly");
    pod.getAsJsonObject("metadata").getAsJsonObject("labels").remove("spark-app-selector");
    pod.getAsJsonObject("spec")
        .getAsJsonArray("containers")
        .forEach(container -> container.getAsJsonObject().remove("env"));
    add(pod);

    assertThat(ofPod("nightly-driver")).isEmpty();
    assertThat(ofApp("nightly")).isEmpty();
  }

  @Test
  void prefersNewestRunInAnyOrderOfEvents() {
    JsonObject second = labelled(pod("u-2", "nightly-1-driver", "spark-2", 4), APACHE, "nightly");
    add(second);
    add(labelled(pod("u-1", "nightly-0-driver", "spark-1", 5), APACHE, "nightly"));

    assertThat(ofApp("nightly")).contains("spark-2");
    assertThat(ofPod("nightly-0-driver")).contains("spark-1");
    add(labelled(pod("u-3", "nightly-2-driver", "spark-3", 3), APACHE, "nightly"));
    add(second);
    assertThat(ofApp("nightly")).contains("spark-3");
  }

  @Test
  void prefersNewestRunWhateverItsUid() {
    add(labelled(pod("u-9", "nightly-0-driver", "spark-1", 5), APACHE, "nightly"));
    add(labelled(pod("u-1", "nightly-1-driver", "spark-2", 4), APACHE, "nightly"));

    assertThat(ofApp("nightly")).contains("spark-2");
  }

  @Test
  void keepsBothPodsOfOneSecond() {
    add(labelled(pod("u-1", "nightly-0-driver", "spark-1", 5), APACHE, "nightly"));
    add(labelled(pod("u-2", "nightly-1-driver", "spark-2", 5), APACHE, "nightly"));

    assertThat(ofApp("nightly")).contains("spark-2");
    add(labelled(pod("u-2", "nightly-1-driver", "spark-2", 5), APACHE, "weekly"));
    assertThat(ofApp("nightly")).contains("spark-1");
  }

  @Test
  void prefersNewPodWithNameOfDeletedOne() {
    add(labelled(pod("u-1", "nightly-driver", "spark-1", 5), KUBEFLOW, "nightly"));
    index.onPodDeleted("u-1");
    assertThat(ofPod("nightly-driver")).contains("spark-1");
    assertThat(ofApp("nightly")).contains("spark-1");

    add(labelled(pod("u-2", "nightly-driver", "spark-2", 4), KUBEFLOW, "nightly"));
    index.onPodDeleted("u-unknown");
    assertThat(ofPod("nightly-driver")).contains("spark-2");
    assertThat(ofApp("nightly")).contains("spark-2");
  }

  @Test
  void followsChangedApplicationIdOfPod() {
    add(pod("u-1", "nightly-driver", "spark-1", 5));
    add(pod("u-1", "nightly-driver", "spark-2", 5));

    assertThat(ofPod("nightly-driver")).contains("spark-2");
  }

  @Test
  void forgetsEldestOfManyDeletedPods() {
    for (int i = 0; i <= 1000; i++) {
      add(labelled(pod("u-" + i, "run-" + i, "spark-" + i, 5), KUBEFLOW, "app-" + i));
    }
    for (int i = 0; i <= 1000; i++) {
      assertThat(ofPod("run-" + i)).contains("spark-" + i);
      index.onPodDeleted("u-" + i);
    }

    assertThat(ofPod("run-0")).isEmpty();
    assertThat(ofApp("app-0")).isEmpty();
    assertThat(ofPod("run-1")).contains("spark-1");
    assertThat(ofApp("app-1000")).contains("spark-1000");
  }
}
