// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1EnvVar;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parameters of the filter in an installation, from all places that can set them. */
final class ConfiguredParameters {
  private static final String PROPERTY = "spark.io.sparklive.LiveHistoryFilter.param.";
  private static final String VARIABLE = "LIVE_HISTORY_PARAM_";
  private static final Pattern WORD = Pattern.compile("_([a-z])");

  private ConfiguredParameters() {}

  /** By their names. */
  static Map<String, String> of(RenderedObjects rendered) {
    Map<String, String> parameters = new TreeMap<>();
    for (V1ConfigMap map : rendered.all(V1ConfigMap.class)) {
      map.getData()
          .forEach(
              (key, value) -> {
                if (key.startsWith(VARIABLE)) {
                  parameters.put(name(key), value);
                }
              });
    }
    historyServer(rendered)
        .forEach(
            (key, value) -> {
              if (key.startsWith(PROPERTY)) {
                parameters.put(key.substring(PROPERTY.length()), value);
              }
            });
    for (V1Container container : rendered.pod().getContainers()) {
      if (container.getEnv() != null) {
        for (V1EnvVar variable : container.getEnv()) {
          if (variable.getName().startsWith(VARIABLE)) {
            parameters.put(name(variable.getName()), variable.getValue());
          }
        }
      }
    }
    return parameters;
  }

  /** The properties of the History Server. */
  static Map<String, String> historyServer(RenderedObjects rendered) {
    Properties properties = new Properties();
    for (V1ConfigMap map : rendered.all(V1ConfigMap.class)) {
      try {
        properties.load(new StringReader(map.getData().getOrDefault("history.conf", "")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    Map<String, String> texts = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> texts.put(key, properties.getProperty(key)));
    return texts;
  }

  /** Asserts that the product accepts them, and that the filter is at the right position. */
  static void check(RenderedObjects rendered) {
    Map<String, String> parameters = of(rendered);
    assertThat(parameters).containsKey("jobNamespaces");
    ParameterValidation.read(parameters);
    String filters = historyServer(rendered).getOrDefault("spark.ui.filters", "");
    if (hasWar(rendered)) {
      assertThat(filters).doesNotContain("io.sparklive");
      assertThat(parameters).containsKey("historyUrl");
    } else {
      assertThat(filters).endsWith("io.sparklive.LiveHistoryFilter");
      assertThat(parameters).doesNotContainKey("historyUrl");
    }
  }

  private static boolean hasWar(RenderedObjects rendered) {
    return rendered.pod().getContainers().stream()
        .anyMatch(container -> container.getName().equals("war"));
  }

  /** {@code historyUrl} for {@code LIVE_HISTORY_PARAM_HISTORY_URL}. */
  static String name(String variable) {
    String snake = variable.substring(VARIABLE.length()).toLowerCase(Locale.ROOT);
    Matcher word = WORD.matcher(snake);
    return word.replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT));
  }
}
