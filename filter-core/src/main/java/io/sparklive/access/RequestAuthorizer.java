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
 * Decides about every request before it reaches a driver.
 *
 * <p>Thread-safe.
 */
public final class RequestAuthorizer {
  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final AccessControl access;
  private final Rules rules;

  /**
   * What holds for everybody.
   *
   * @param requireUser whether only people who have logged in get live content
   * @param killEnabled whether anybody may kill anything
   * @param credentialsCross whether a driver gets to know who asks, so that one with a guard of its
   *     own can decide for itself
   */
  public record Rules(boolean requireUser, boolean killEnabled, boolean credentialsCross) {}

  public RequestAuthorizer(AccessControl access, Rules rules) {
    this.access = access;
    this.rules = rules;
  }

  /**
   * Whether the credentials of a request that {@link #authorize} has authorized for this purpose
   * may be forwarded to the driver: only if credentials are forwarded at all, and the caller may
   * view the application.
   */
  public boolean mayForwardCredentials(
      HttpServletRequest request, Caller caller, Action purpose, LiveApplication application) {
    return rules.credentialsCross()
        && switch (purpose) {
          // A request is authorized for these only if the caller may view the application.
          case VIEW, DUMP -> true;
          case FILE -> isKnown(caller);
          // Any caller may read Spark's own files, and a caller who may kill need not be a viewer.
          case STATIC_FILE, KILL ->
              authorize(request, caller, Action.VIEW, application, List.of()).isEmpty();
        };
  }

  /** Whether this caller has to log in before the filter reports anything of an application. */
  public boolean requiresLogin(Caller caller) {
    return rules.requireUser() && caller.user().isEmpty();
  }

  /**
   * Whether a request that was not refused may get nothing but a file: its sender is not known, or
   * the History Server was not asked about them.
   */
  public boolean allowsOnlyFile(Caller caller, Action purpose) {
    return !isKnown(caller) || (purpose == Action.STATIC_FILE && !access.admitsAll());
  }

  /** Whether there are people who may not see everything. */
  public boolean isControlled() {
    return access.isControlled();
  }

  /** Whether this caller may see what the driver shows, whatever they ask for. */
  boolean mayView(Caller caller, LiveApplication application) {
    return isKnown(caller) && ofRights(caller, Action.VIEW, application).isEmpty();
  }

  private boolean isKnown(Caller caller) {
    return !requiresLogin(caller) && !(access.isControlled() && caller.user().isEmpty());
  }

  /**
   * Authorizes a request for the driver: returns why it must not be forwarded; empty if it may be.
   *
   * @param ownPages the prefixes of the paths of the application's own pages, as the browser sees
   *     them
   */
  public Optional<DenialReason> authorize(
      HttpServletRequest request,
      Caller caller,
      Action purpose,
      LiveApplication application,
      List<String> ownPages) {
    if ("script".equals(request.getHeader("Service-Worker"))) {
      return Optional.of(DenialReason.SERVICE_WORKER);
    }
    boolean isKnown = isKnown(caller);
    if (!isKnown && !isFileRequest(request, purpose)) {
      return Optional.of(DenialReason.LOGIN_REQUIRED);
    }
    if (purpose == Action.STATIC_FILE && READING.contains(request.getMethod())) {
      return Optional.empty();
    }
    Optional<DenialReason> ofIntent = ofIntent(request, purpose, ownPages);
    return isKnown ? ofIntent.or(() -> ofRights(caller, purpose, application)) : ofIntent;
  }

  /**
   * Whether a request reads a path and says nothing else to the driver: a query or a body is for a
   * page.
   */
  public static boolean isPlainRead(HttpServletRequest request) {
    return READING.contains(request.getMethod())
        && request.getQueryString() == null
        && request.getContentLengthLong() <= 0
        && request.getHeader("Transfer-Encoding") == null;
  }

  private static boolean isFileRequest(HttpServletRequest request, Action purpose) {
    return (purpose == Action.STATIC_FILE || purpose == Action.FILE) && isPlainRead(request);
  }

  private Optional<DenialReason> ofIntent(
      HttpServletRequest request, Action purpose, List<String> ownPages) {
    if (purpose != Action.KILL && SAFE.contains(request.getMethod())) {
      return isReadByOthers(request, purpose)
          ? Optional.of(DenialReason.OTHER_SITE)
          : Optional.empty();
    }
    if (purpose == Action.KILL && !rules.killEnabled()) {
      return Optional.of(DenialReason.KILLING_IS_OFF);
    }
    RequestOrigin site = RequestOrigin.of(request);
    if (site == RequestOrigin.CROSS) {
      return Optional.of(DenialReason.OTHER_SITE);
    }
    if (purpose != Action.KILL) {
      return Optional.empty();
    }
    return site == RequestOrigin.SAME && RequestOrigin.isFrom(ownPages, request)
        ? Optional.empty()
        : Optional.of(DenialReason.NOT_ASKED_FOR_HERE);
  }

  /** Other sites may lead people to a page, but neither load anything of it nor stop a driver. */
  private static boolean isReadByOthers(HttpServletRequest request, Action purpose) {
    String mode = request.getHeader("Sec-Fetch-Mode");
    boolean isLink = purpose == Action.VIEW && (mode == null || mode.equals("navigate"));
    return !isLink && RequestOrigin.ofBrowser(request) == RequestOrigin.CROSS;
  }

  private Optional<DenialReason> ofRights(
      Caller caller, Action purpose, LiveApplication application) {
    boolean decidesItself =
        application.state() == ApplicationState.AUTH_REQUIRED && rules.credentialsCross();
    if (!access.isControlled() || decidesItself) {
      return Optional.empty();
    }
    String user = caller.user().orElseThrow();
    String actual = caller.onBehalfOf().orElse(user);
    if (!actual.equals(user) && !access.has(Permission.ADMINISTER, user, application)) {
      return Optional.of(DenialReason.NOT_ON_BEHALF_OF_OTHERS);
    }
    Permission needed = purpose == Action.KILL ? Permission.MODIFY : Permission.VIEW;
    if (!actual.isEmpty() && access.has(needed, actual, application)) {
      return Optional.empty();
    }
    boolean mayChange =
        application.settings().isEmpty() && application.state() == ApplicationState.LIVE;
    if (mayChange) {
      return Optional.of(DenialReason.NOT_KNOWN_YET);
    }
    return Optional.of(
        needed == Permission.VIEW ? DenialReason.NOT_A_VIEWER : DenialReason.NOT_A_MODIFIER);
  }
}
