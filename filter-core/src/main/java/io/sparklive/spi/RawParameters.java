package io.sparklive.spi;

import static java.util.Objects.requireNonNull;

import io.sparklive.config.InvalidParameterException;
import io.sparklive.config.Parameter;
import io.sparklive.config.Settings;
import jakarta.servlet.FilterConfig;
import java.net.URI;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The filter's parameters as they were written.
 *
 * @param values what is set, by name
 * @param written how a parameter with that value stands where it was set, for messages
 */
public record RawParameters(
    Map<String, String> values, BiFunction<String, String, String> written) {
  public RawParameters {
    values = Map.copyOf(requireNonNull(values, "values"));
    requireNonNull(written, "written");
  }

  /** Those of {@code spark.<filter>.param.<name>}, which Spark hands to its filters. */
  public static RawParameters ofSpark(FilterConfig config) {
    return new RawParameters(
        ofFilter(config), (name, value) -> propertyPrefix() + name + "=" + value);
  }

  /** The parameters with which a container initialises the filter. */
  public static Map<String, String> ofFilter(FilterConfig config) {
    Map<String, String> values = new HashMap<>();
    Collections.list(config.getInitParameterNames())
        .forEach(name -> values.put(name, config.getInitParameter(name)));
    return values;
  }

  /** What the properties of parameters begin with. */
  public static String propertyPrefix() {
    return "spark.io.sparklive.LiveHistoryFilter.param.";
  }

  /** The names of all parameters that there are. */
  public static List<String> names() {
    return Arrays.stream(Parameter.values()).map(Parameter::key).toList();
  }

  /**
   * What it takes to stand in front of a History Server.
   *
   * @param historyUrl where that is, without a slash at the end
   * @param base the base of live UIs
   */
  public record Front(URI historyUrl, String base) {}

  /**
   * Reads what it takes to stand in front of a History Server.
   *
   * @throws IllegalArgumentException where that is not set, or any parameter is not understood,
   *     with one line for people
   */
  public Front front() {
    Settings settings = read();
    URI historyUrl =
        settings
            .historyUrl()
            .orElseThrow(
                () ->
                    new InvalidParameterException(
                        "historyUrl is not set: it names the History Server to stand in front of"
                            + " (%s); allowed: %s"
                                .formatted(
                                    written.apply(
                                        Parameter.HISTORY_URL.key(), "http://localhost:18080"),
                                    Parameter.HISTORY_URL.allowed().replace("`", ""))));
    return new Front(historyUrl, settings.proxyBase());
  }

  /** Every parameter, read and checked. */
  public Settings read() {
    // What kubectl and the official clients go by, too.
    boolean inPod = System.getenv("KUBERNETES_SERVICE_HOST") != null;
    return Settings.of(values, inPod, written);
  }
}
