// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.pages.Message;
import io.sparklive.spi.Deployment;
import io.sparklive.spi.HostEnvironment;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether live content requires a user. Some filters authenticate requests and set no user:
 * if live content requires a user then, every request for it is a 401. Until a request has a user,
 * the log and the 401 page name the filters and the setting.
 *
 * <p>Thread-safe.
 */
public final class UserRequirement {
  private static final Logger LOG = LoggerFactory.getLogger(UserRequirement.class);
  private static final String FILTER = HostEnvironment.FILTER;

  /**
   * The filters that deny every request without valid credentials, whatever its path, and set no
   * user: Spark's {@code JWSFilter} (4.0 to 4.3) verifies a token that is signed with one shared
   * key, and passes on the request as it came.
   */
  private static final Set<String> WITHOUT_USER = Set.of("org.apache.spark.ui.JWSFilter");

  /**
   * The filters that authenticate no request: with only these, the History Server is as open as
   * without a filter. They set headers, limit requests, or deny requests from other sites. Any
   * other filter may authenticate, and may exempt some paths.
   */
  private static final Pattern WITHOUT_AUTHENTICATION =
      Pattern.compile(
          "org\\.apache\\.hadoop\\.security\\.http\\."
              + "(?:CrossOrigin|XFrameOptions|RestCsrfPrevention)Filter"
              // Jetty's, where Spark's jars have them: up to 4.1, and from 4.2 on.
              + "|org\\.sparkproject\\.jetty\\.(?:ee10\\.)?servlets\\."
              + "(?:CrossOrigin|DoS|CloseableDoS|QoS|Header)Filter");

  private final boolean isRequired;
  private final List<String> filters;
  private final @Nullable String problem;
  private final boolean isCertain;
  private final AtomicBoolean isWarned = new AtomicBoolean();
  private volatile boolean hadUser;

  /**
   * @param setting the value of {@code requireUser}; null for {@code auto}
   * @param isControlled whether ACLs are on in the History Server
   * @param all the class names of the History Server's filters; empty if they are not known
   */
  public UserRequirement(
      @Nullable Boolean setting, boolean isControlled, Deployment deployment, List<String> all) {
    boolean isEmbedded = deployment == Deployment.EMBEDDED;
    this.filters =
        all.stream()
            .filter(name -> !name.equals(FILTER))
            .filter(name -> !WITHOUT_AUTHENTICATION.matcher(name).matches())
            .toList();
    // Spark maps each filter to every path (JettyUtils.addFilters); a web.xml may not.
    boolean noneSetsUser = isEmbedded && WITHOUT_USER.containsAll(filters);
    this.isRequired =
        setting != null ? setting : isControlled || !(filters.isEmpty() || noneSetsUser);
    // Behind a web application's own login, a request has a user without any filter.
    this.isCertain = noneSetsUser && !all.isEmpty();
    this.problem = isRequired || isControlled ? problem(setting, isControlled) : null;
  }

  private String problem(@Nullable Boolean setting, boolean isControlled) {
    String names = filters.isEmpty() ? "" : " (filters: " + String.join(", ", filters) + ")";
    String cause =
        (isCertain
                ? "no filter in spark.ui.filters sets one"
                : "no request since the start has had one")
            + names;
    if (isControlled) {
      return "Live content requires a user, as spark.history.ui.acls.enable is on, and %s. Use an authentication filter that sets it."
          .formatted(cause);
    }
    return setting != null
        ? "Live content requires a user, as requireUser is true, and %s. Use an authentication filter that sets it, or set requireUser to false."
            .formatted(cause)
        : "Live content requires a user, as requireUser is auto, and %s. If these filters deny every request without credentials, set requireUser to false."
            .formatted(cause);
  }

  /** Whether the filter denies live content to requests without a user, with ACLs or not. */
  public boolean isRequired() {
    return isRequired;
  }

  /** Describes for the log which requests get live content. */
  public String describeAudience() {
    if (isRequired) {
      return "login required by requireUser";
    }
    return filters.isEmpty()
        ? "login not required"
        : "login not required behind " + String.join(", ", filters);
  }

  /** Logs a warning at the start if it is certain that no request can have a user. */
  public void warnAtStart() {
    if (isCertain) {
      warnOnce();
    }
  }

  /** Records whether the request has a user: after the first one, a 401 is no problem to log. */
  void recordUser(HttpServletRequest request) {
    if (!hadUser && request.getRemoteUser() != null && !request.getRemoteUser().isEmpty()) {
      hadUser = true;
    }
  }

  /** Logs once that the filter denied live content for lack of a user, if no request had one. */
  void recordDenial() {
    if (!hadUser) {
      warnOnce();
    }
  }

  /** Adds the reason to a 401 if no request has had a user; any other message stays the same. */
  Message addReason(Message message) {
    if (message.status() != HttpServletResponse.SC_UNAUTHORIZED || hadUser || problem == null) {
      return message;
    }
    recordDenial();
    return new Message(
        message.status(),
        message.title(),
        message.text() + " " + problem,
        message.next(),
        message.retryAfter());
  }

  private void warnOnce() {
    if (problem != null && isWarned.compareAndSet(false, true)) {
      LOG.warn("{}", problem);
    }
  }
}
