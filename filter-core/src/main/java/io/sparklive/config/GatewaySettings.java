// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import io.sparklive.spi.RawParameters;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The settings of a gateway: a web application that has the filter, in front of a History Server.
 *
 * @param historyUrl the address of the History Server, without a slash at the end
 * @param proxyBase the base path of live UIs
 */
public record GatewaySettings(URI historyUrl, String proxyBase) {
  private static final String EXAMPLE = "http://localhost:18080";

  /**
   * Reads and checks the parameters of a gateway, and of the filter in it.
   *
   * @throws InvalidParameterException with one line, if one of them is invalid, or {@code
   *     historyUrl} is not set
   */
  public static GatewaySettings of(RawParameters parameters) {
    return of(parameters.values(), Settings.isInPod(), parameters.written());
  }

  /**
   * Reads the parameters of a gateway and of the filter in it.
   *
   * @param texts the parameters that are set, by name
   * @param inPod whether the server runs in a pod of a Kubernetes cluster
   * @param written formats a name and a text as the user has written them, for messages
   * @throws InvalidParameterException if {@code historyUrl} is not set, a name does not exist, or a
   *     text is not allowed
   */
  public static GatewaySettings of(
      Map<String, String> texts, boolean inPod, BiFunction<String, String, String> written) {
    Settings settings = new SettingsReader(new ParameterValues(texts, written), inPod).read();
    Parameter<Optional<URI>> parameter = Parameters.HISTORY_URL;
    URI historyUrl =
        settings
            .get(parameter)
            .orElseThrow(
                () ->
                    new InvalidParameterException(
                        "historyUrl is not set: it is the URL of the History Server behind this gateway"
                            + " (%s); allowed: %s"
                                .formatted(
                                    written.apply(parameter.key(), EXAMPLE),
                                    parameter.allowedInWords())));
    return new GatewaySettings(historyUrl, settings.get(Parameters.PROXY_BASE));
  }
}
