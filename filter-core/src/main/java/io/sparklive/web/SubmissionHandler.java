// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.application.ApplicationId;
import io.sparklive.concurrent.ExpiringCache;
import io.sparklive.pages.Message;
import io.sparklive.pages.Message.Link;
import io.sparklive.routing.Links;
import io.sparklive.routing.Route;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Handles links by the name of a driver pod or of a {@code SparkApplication}: redirects to the
 * application, whatever its state. A link may be opened before Kubernetes has the pod. Then the
 * page reloads itself for ten minutes.
 *
 * <p>The redirect reveals the id of the application to every user who has logged in, as the list
 * does.
 */
public final class SubmissionHandler implements RouteHandler<Route.Submission> {
  private static final Duration MAX_WAIT = Duration.ofMinutes(10);
  private static final Duration MAX_AGE = Duration.ofHours(1);
  private static final int MAX_AWAITED = 1000;
  private static final int SOON = 2;
  private static final int LATER = 5;

  private final Submissions submissions;
  private final RequestAuthorizer authorizer;
  private final ResponseWriter responses;
  private final InstantSource clock;
  // The time of the first request for a name without a pod.
  private final ExpiringCache<Route.Submission, Instant> awaited;

  /**
   * @param clock measures how long a page reloads itself
   */
  public SubmissionHandler(
      Submissions submissions,
      RequestAuthorizer authorizer,
      WebContext context,
      InstantSource clock) {
    this.submissions = submissions;
    this.authorizer = authorizer;
    this.responses = context.responses();
    this.clock = clock;
    this.awaited = new ExpiringCache<>(MAX_AWAITED, MAX_AGE, clock);
  }

  @Override
  public void handle(Route.Submission route, Exchange exchange, FilterChain chain)
      throws IOException {
    Links links = exchange.links();
    if (authorizer.requiresLogin(exchange.caller())) {
      responses.write(exchange, StatusPages.loginRequired(links));
      return;
    }
    Optional<ApplicationId> id = submissions.find(route);
    if (id.isPresent()) {
      responses.redirect(exchange, links.paths().liveUi(id.get()) + "/" + exchange.query());
    } else {
      responses.write(exchange, missing(route, links));
    }
  }

  private Message missing(Route.Submission route, Links links) {
    return switch (submissions.coverage(route.namespace())) {
      case OFF ->
          notFound(
              "Kubernetes discovery is off, so the filter finds no driver pods" + " (discovery).",
              links);
      case NOT_WATCHED ->
          notFound(
              "The filter does not watch the namespace %s, so it finds no driver pods there (jobNamespaces)."
                  .formatted(route.namespace()),
              links);
      case STARTING ->
          waiting(
              "Driver pods are not available",
              "The filter has not read the driver pods of the namespace %s yet."
                  .formatted(route.namespace()),
              SOON,
              links);
      case DOWN ->
          waiting(
              "Driver pods are not available",
              "The filter cannot watch the namespace %s at the moment. The health endpoint reports the reason."
                  .formatted(route.namespace()),
              LATER,
              links);
      case UP ->
          isRecent(route)
              ? waiting(
                  "Waiting for the driver pod",
                  "There is no " + described(route) + " yet.",
                  SOON,
                  links)
              : notFound(
                  "There is no %s. The filter finds deleted driver pods only if it has seen them, and keeps the last 1000 of them."
                      .formatted(described(route)),
                  links);
    };
  }

  private boolean isRecent(Route.Submission route) {
    Instant now = clock.instant();
    Optional<Instant> first = awaited.get(route);
    if (first.isEmpty()) {
      awaited.put(route, now);
    }
    return now.isBefore(first.orElse(now).plus(MAX_WAIT));
  }

  private static String described(Route.Submission route) {
    return switch (route.kind()) {
      case POD -> "driver pod %s in the namespace %s".formatted(route.name(), route.namespace());
      case SPARK_APPLICATION ->
          "driver pod of a SparkApplication %s in the namespace %s"
              .formatted(route.name(), route.namespace());
    };
  }

  private static Message waiting(String title, String text, int seconds, Links links) {
    return new Message(
        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
        title,
        text,
        List.of(running(links)),
        Optional.of(seconds));
  }

  private static Message notFound(String text, Links links) {
    return new Message(
        HttpServletResponse.SC_NOT_FOUND,
        "No such driver pod",
        text,
        List.of(running(links)),
        Optional.empty());
  }

  private static Link running(Links links) {
    return new Link("Running applications", links.running());
  }
}
