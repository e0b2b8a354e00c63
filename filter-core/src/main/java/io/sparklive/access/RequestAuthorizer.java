// SPDX-License-Identifier: Apache-2.0
package io.sparklive.access;

import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.spi.AccessControl;
import io.sparklive.spi.Permission;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Authorizes each request before it is forwarded to a driver.
 *
 * <p>Thread-safe.
 */
public final class RequestAuthorizer {
  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final AccessControl access;
  private final Rules rules;

  /**
   * The rules that apply to all users.
   *
   * @param requireUser whether only authenticated users get live content
   * @param killEnabled whether users with the modify permission may kill jobs and stages
   * @param forwardsCredentials whether drivers get the user's credentials, so that a driver with a
   *     login of its own can authorize the user itself
   */
  public record Rules(boolean requireUser, boolean killEnabled, boolean forwardsCredentials) {}

  public RequestAuthorizer(AccessControl access, Rules rules) {
    this.access = access;
    this.rules = rules;
  }

  /**
   * Whether the credentials of a request that {@link #authorize} has authorized for this action may
   * be forwarded to the driver: only if credentials are forwarded at all, and the caller may view
   * the application.
   */
  public boolean mayForwardCredentials(
      HttpServletRequest request, Caller caller, Action action, LiveApplication application) {
    return rules.forwardsCredentials()
        && switch (action) {
          // A request is authorized for these only if the caller may view the application.
          case VIEW, DUMP -> true;
          case FILE -> isKnown(caller);
          // Any caller may read Spark's own files, and a caller who may kill need not be a viewer.
          case STATIC_FILE, KILL ->
              authorize(request, caller, Action.VIEW, application, List.of()).isEmpty();
        };
  }

  /** Whether this caller has to log in before the filter shows any data of an application. */
  public boolean requiresLogin(Caller caller) {
    return rules.requireUser() && caller.user().isEmpty();
  }

  /**
   * Whether the response to an authorized request must be a file: the caller is not authenticated,
   * or the History Server has not admitted this request.
   */
  public boolean allowsOnlyFile(Caller caller, Action action) {
    return !isKnown(caller) || (action == Action.STATIC_FILE && !access.admitsAll());
  }

  /** Whether some users may not view all applications. */
  public boolean isControlled() {
    return access.isControlled();
  }

  /** Whether this caller may view the application, for any page of it. */
  public boolean mayView(Caller caller, LiveApplication application) {
    return isKnown(caller) && checkPermissions(caller, Action.VIEW, application).isEmpty();
  }

  private boolean isKnown(Caller caller) {
    return !requiresLogin(caller) && !(access.isControlled() && caller.user().isEmpty());
  }

  /**
   * Authorizes a request for the driver: returns the reason why it must not be forwarded; empty if
   * it may be.
   *
   * @param ownPages the prefixes of the paths of the application's own pages, as the browser sees
   *     them
   */
  public Optional<DenialReason> authorize(
      HttpServletRequest request,
      Caller caller,
      Action action,
      LiveApplication application,
      List<String> ownPages) {
    if ("script".equals(request.getHeader("Service-Worker"))) {
      return Optional.of(DenialReason.SERVICE_WORKER);
    }
    boolean isKnown = isKnown(caller);
    if (!isKnown && !isFileRequest(request, action)) {
      return Optional.of(DenialReason.LOGIN_REQUIRED);
    }
    if (action == Action.STATIC_FILE && READING.contains(request.getMethod())) {
      return Optional.empty();
    }
    Optional<DenialReason> denial = checkCsrf(request, action, ownPages);
    return isKnown ? denial.or(() -> checkPermissions(caller, action, application)) : denial;
  }

  /**
   * Whether a request reads a path and carries no other data to the driver: only a page needs a
   * query or a body.
   */
  public static boolean isPlainRead(HttpServletRequest request) {
    return READING.contains(request.getMethod())
        && request.getQueryString() == null
        && request.getContentLengthLong() <= 0
        && request.getHeader("Transfer-Encoding") == null;
  }

  private static boolean isFileRequest(HttpServletRequest request, Action action) {
    return (action == Action.STATIC_FILE || action == Action.FILE) && isPlainRead(request);
  }

  private Optional<DenialReason> checkCsrf(
      HttpServletRequest request, Action action, List<String> ownPages) {
    if (action != Action.KILL && SAFE.contains(request.getMethod())) {
      return isReadByOtherSite(request, action)
          ? Optional.of(DenialReason.OTHER_SITE)
          : Optional.empty();
    }
    if (action == Action.KILL && !rules.killEnabled()) {
      return Optional.of(DenialReason.KILLING_DISABLED);
    }
    RequestOrigin origin = RequestOrigin.of(request);
    if (origin == RequestOrigin.CROSS) {
      return Optional.of(DenialReason.OTHER_SITE);
    }
    if (action != Action.KILL) {
      return Optional.empty();
    }
    return origin == RequestOrigin.SAME && RequestOrigin.isFrom(ownPages, request)
        ? Optional.empty()
        : Optional.of(DenialReason.NOT_FROM_APPLICATION_PAGE);
  }

  /** Other sites may link to a page, but may neither load any part of it nor pause a driver. */
  private static boolean isReadByOtherSite(HttpServletRequest request, Action action) {
    String mode = request.getHeader("Sec-Fetch-Mode");
    boolean isLink = action == Action.VIEW && (mode == null || mode.equals("navigate"));
    return !isLink && RequestOrigin.ofBrowser(request) == RequestOrigin.CROSS;
  }

  private Optional<DenialReason> checkPermissions(
      Caller caller, Action action, LiveApplication application) {
    boolean driverAuthorizes =
        application.state() == ApplicationState.AUTH_REQUIRED && rules.forwardsCredentials();
    if (!access.isControlled() || driverAuthorizes) {
      return Optional.empty();
    }
    String user = caller.user().orElseThrow();
    String effective = caller.doAs().orElse(user);
    if (!effective.equals(user) && !access.has(Permission.ADMINISTER, user, application)) {
      return Optional.of(DenialReason.NOT_AN_ADMINISTRATOR);
    }
    Permission needed = action == Action.KILL ? Permission.MODIFY : Permission.VIEW;
    if (!effective.isEmpty() && access.has(needed, effective, application)) {
      return Optional.empty();
    }
    boolean awaitsSettings =
        application.settings().isEmpty() && application.state() == ApplicationState.LIVE;
    if (awaitsSettings) {
      return Optional.of(DenialReason.ACLS_NOT_KNOWN_YET);
    }
    return Optional.of(
        needed == Permission.VIEW ? DenialReason.NOT_A_VIEWER : DenialReason.NOT_A_MODIFIER);
  }
}
