package io.sparklive.web;

import io.sparklive.pages.Message;
import io.sparklive.spi.Deployment;
import io.sparklive.spi.HostEnvironment;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether live content requires a user. Some filters authenticate requests and set no user: if live
 * content requires a user then, every request for it is a 401. As long as no request has had a
 * user, the log and the 401 page name the filters and the setting.
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
   * The filters that authenticate no request: with these alone, the History Server is as open as
   * without a filter. They set headers, limit requests, or deny those of other sites. Any other
   * filter may authenticate, and may let some paths through.
   */
  private static final Pattern WITHOUT_AUTHENTICATION =
      Pattern.compile(
          "org\\.apache\\.hadoop\\.security\\.http\\."
              + "(?:CrossOrigin|XFrameOptions|RestCsrfPrevention)Filter"
              // Jetty's, where Spark's jars have them: up to 4.1, and from 4.2 on.
              + "|org\\.sparkproject\\.jetty\\.(?:ee10\\.)?servlets\\."
              + "(?:CrossOrigin|DoS|CloseableDoS|QoS|Header)Filter");

  private final boolean required;
  private final List<String> filters;
  private final Optional<String> problem;
  private final boolean isCertain;
  private final AtomicBoolean warned = new AtomicBoolean();
  private volatile boolean userSeen;

  /**
   * @param setting the value of {@code requireUser}; empty for {@code auto}
   * @param controlled whether the History Server has access control lists
   * @param all the class names of the History Server's filters; empty if they are not known
   */
  public UserRequirement(
      Optional<Boolean> setting, boolean controlled, Deployment deployment, List<String> all) {
    boolean inside = deployment == Deployment.EMBEDDED;
    this.filters =
        all.stream()
            .filter(name -> !name.equals(FILTER))
            .filter(name -> !WITHOUT_AUTHENTICATION.matcher(name).matches())
            .toList();
    // Spark maps each filter to every path (JettyUtils.addFilters); a web.xml may not.
    boolean setNoUser = inside && WITHOUT_USER.containsAll(filters);
    this.required = setting.orElseGet(() -> controlled || !(filters.isEmpty() || setNoUser));
    // Behind a web application's own login, a request has a user without any filter.
    this.isCertain = setNoUser && !all.isEmpty();
    this.problem =
        required || controlled ? Optional.of(problem(setting, controlled)) : Optional.empty();
  }

  private String problem(Optional<Boolean> setting, boolean controlled) {
    String names = filters.isEmpty() ? "" : " (filters: " + String.join(", ", filters) + ")";
    String cause =
        (isCertain
                ? "no filter in spark.ui.filters sets one"
                : "no request since the start has had one")
            + names;
    if (controlled) {
      return "Live content requires a user, as spark.history.ui.acls.enable is on, and %s. Use an authentication filter that sets it."
          .formatted(cause);
    }
    return setting.isPresent()
        ? "Live content requires a user, as requireUser is true, and %s. Use an authentication filter that sets it, or set requireUser to false."
            .formatted(cause)
        : "Live content requires a user, as requireUser is auto, and %s. If these filters let in no request without credentials, set requireUser to false."
            .formatted(cause);
  }

  /** Whether requests without a user are denied live content, with access control lists or not. */
  public boolean isRequired() {
    return required;
  }

  /** Which requests get live content, for the log. */
  public String audience() {
    if (required) {
      return "for people who have logged in (requireUser)";
    }
    return filters.isEmpty()
        ? "for everybody"
        : "for every request that passes " + String.join(", ", filters);
  }

  /** Logs at the start that no request can have a user, if that is certain. */
  public void warnAtStart() {
    if (isCertain) {
      problem.ifPresent(this::warnOnce);
    }
  }

  /** From the first request with a user on, a request without one is an ordinary thing. */
  void record(HttpServletRequest request) {
    if (!userSeen && request.getRemoteUser() != null && !request.getRemoteUser().isEmpty()) {
      userSeen = true;
    }
  }

  /** Logs, once, that live content was denied for lack of a user and no request has had one. */
  void recordDenial() {
    if (!userSeen) {
      problem.ifPresent(this::warnOnce);
    }
  }

  /** A 401 with the reason, if no request has had a user; any other message as it is. */
  Message explained(Message message) {
    if (message.status() != HttpServletResponse.SC_UNAUTHORIZED || userSeen || problem.isEmpty()) {
      return message;
    }
    recordDenial();
    return new Message(
        message.status(),
        message.title(),
        message.text() + " " + problem.get(),
        message.next(),
        message.retryAfter());
  }

  private void warnOnce(String text) {
    if (warned.compareAndSet(false, true)) {
      LOG.warn("{}", text);
    }
  }
}
