// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import io.sparklive.application.LiveApplication;
import io.sparklive.kubernetes.ApiFailure;
import io.sparklive.pages.Message;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;

/** The texts in place of a log: what happened, and the next step. */
final class LogMessages {
  private static final int SOON = 5;

  private LogMessages() {}

  static Message noSuchPod(LiveApplication application, String pod) {
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        "No such pod",
        "The application %s has no pod %s, or no longer. Kubernetes removes the log of a pod together with the pod."
            .formatted(application.id(), pod),
        List.of(),
        Optional.empty());
  }

  static Message busy() {
    return tryAgain(
        "Too many open logs",
        "The History Server sends at most %d logs at a time. Please try again."
            .formatted(LogsEndpoint.MAX_STREAMS));
  }

  static Message manyLogsOfUser() {
    return tryAgain(
        "You have too many open logs",
        "The History Server sends at most %d logs at a time to each user. Please close a log, and try again."
            .formatted(LogsEndpoint.MAX_STREAMS_OF_USER));
  }

  static Message manyRequests() {
    return tryAgain(
        "Too many requests",
        "Too many users open the logs of an application at the moment. Please try again.");
  }

  private static Message tryAgain(String title, String text) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE, title, text, List.of(), Optional.of(SOON));
  }

  static Message failed(LiveApplication application, ApiFailure failure) {
    String namespace = application.namespace().orElse("");
    return switch (failure.kind()) {
      case FORBIDDEN ->
          new Message(
              HttpServletResponse.SC_BAD_GATEWAY,
              "The History Server may not read logs",
              "Kubernetes denies the request. The account of the History Server needs get and list on pods, and get on pods/log, in the namespace %s: see docs/kubernetes.md."
                  .formatted(namespace),
              List.of(),
              Optional.empty());
      case REJECTED ->
          new Message(
              HttpServletResponse.SC_CONFLICT,
              "No log is available",
              "Kubernetes has no such log: " + failure.getMessage(),
              List.of(),
              Optional.empty());
      default ->
          new Message(
              HttpServletResponse.SC_BAD_GATEWAY,
              "The API server of Kubernetes does not respond",
              "The log is not available at the moment. The health endpoint and the log of the"
                  + " History Server have the reason.",
              List.of(),
              Optional.of(SOON));
    };
  }
}
