// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodSpec;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The rendered objects of one installation. */
record RenderedObjects(List<KubernetesObject> objects) {
  static RenderedObjects of(String yaml) {
    return new RenderedObjects(StrictObjects.in(yaml));
  }

  /** Without the objects of these names. */
  RenderedObjects without(String... names) {
    return new RenderedObjects(
        objects.stream()
            .filter(object -> !List.of(names).contains(object.getMetadata().getName()))
            .toList());
  }

  <T extends KubernetesObject> List<T> all(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  <T extends KubernetesObject> T only(Class<T> kind) {
    assertThat(all(kind)).as(kind.getSimpleName()).hasSize(1);
    return all(kind).get(0);
  }

  /** Whether an object of that kind has that name in that namespace, null for none. */
  boolean has(Class<? extends KubernetesObject> kind, String namespace, String name) {
    return all(kind).stream().anyMatch(named(namespace, name));
  }

  private static Predicate<KubernetesObject> named(String namespace, String name) {
    return object ->
        name.equals(object.getMetadata().getName())
            && String.valueOf(namespace)
                .equals(String.valueOf(object.getMetadata().getNamespace()));
  }

  V1PodSpec pod() {
    return only(V1Deployment.class).getSpec().getTemplate().getSpec();
  }

  V1Container container(String name) {
    return pod().getContainers().stream()
        .filter(container -> container.getName().equals(name))
        .findAny()
        .orElseThrow();
  }

  Map<String, String> podLabels() {
    return only(V1Deployment.class).getSpec().getTemplate().getMetadata().getLabels();
  }
}
