// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The metrics in a response in the text format of Prometheus, version 0.0.4.
 *
 * @param values by name and labels as written, such as {@code up{job="a"}}
 * @param types the types of the metrics by name, such as {@code counter}
 */
public record Scrape(Map<String, Double> values, Map<String, String> types) {
  /** The path of the metrics endpoint. */
  public static final String PATH = "/sparkui/-/metrics";

  private static final String PREFIX = "spark_live_history_";

  /** Requests the metrics. */
  public static Scrape of(EmbeddedHistoryServer server) {
    return read(server.get(PATH).text());
  }

  /** Parses the text. No series may occur twice. */
  public static Scrape read(String text) {
    Map<String, Double> values = new LinkedHashMap<>();
    Map<String, String> types = new LinkedHashMap<>();
    for (String line : text.split("\n")) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ");
        types.put(words[2], words[3]);
      } else if (!line.startsWith("#")) {
        int space = line.lastIndexOf(' ');
        String series = line.substring(0, space);
        assertThat(values).doesNotContainKey(series);
        values.put(series, Double.valueOf(line.substring(space + 1)));
      }
    }
    return new Scrape(values, types);
  }

  /** The value of a series of the filter, named without the common prefix. */
  public double value(String series) {
    assertThat(values).containsKey(PREFIX + series);
    return values.get(PREFIX + series);
  }

  /** The number of proxied requests with this outcome. */
  public double proxied(String outcome) {
    return value("proxied_requests_total{outcome=\"" + outcome + "\"}");
  }
}
