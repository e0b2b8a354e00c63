package io.sparklive.access;

import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides about every request before it reaches a driver.
 *
 * <p>Thread-safe.
 */
public final class Guard {
  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final Access access;
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

  public Guard(Access access, Rules rules) {
    this.access = access;
    this.rules = rules;
  }

  /**
   * Whether the credentials of a request that {@link #authorize} has authorized for this purpose
   * may be forwarded to the driver: only if credentials are forwarded at all, and the caller may
   * view the application.
   */
  public boolean mayForwardCredentials(
      HttpServletRequest request, Caller caller, Purpose purpose, LiveApplication application) {
    return rules.credentialsCross()
        && switch (purpose) {
          // A request is authorized for these only if the caller may view the application.
          case VIEW, DUMP -> true;
          case FILE -> isKnown(caller);
          // Any caller may read Spark's own files, and a caller who may kill need not be a viewer.
          case STATIC_FILE, KILL ->
              authorize(request, caller, Purpose.VIEW, application, List.of()).isEmpty();
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
  public boolean allowsOnlyFile(Caller caller, Purpose purpose) {
    return !isKnown(caller) || (purpose == Purpose.STATIC_FILE && !access.admitsAll());
  }

  /** Whether there are people who may not see everything. */
  public boolean isControlled() {
    return access.isControlled();
  }

  /** Whether this caller may see what the driver shows, whatever they ask for. */
  boolean mayView(Caller caller, LiveApplication application) {
    return isKnown(caller) && ofRights(caller, Purpose.VIEW, application).isEmpty();
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
  public Optional<Refusal> authorize(
      HttpServletRequest request,
      Caller caller,
      Purpose purpose,
      LiveApplication application,
      List<String> ownPages) {
    if ("script".equals(request.getHeader("Service-Worker"))) {
      return Optional.of(Refusal.SERVICE_WORKER);
    }
    boolean isKnown = isKnown(caller);
    if (!isKnown && !isFileRequest(request, purpose)) {
      return Optional.of(Refusal.LOGIN_REQUIRED);
    }
    if (purpose == Purpose.STATIC_FILE && READING.contains(request.getMethod())) {
      return Optional.empty();
    }
    Optional<Refusal> ofIntent = ofIntent(request, purpose, ownPages);
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

  private static boolean isFileRequest(HttpServletRequest request, Purpose purpose) {
    return (purpose == Purpose.STATIC_FILE || purpose == Purpose.FILE) && isPlainRead(request);
  }

  private Optional<Refusal> ofIntent(
      HttpServletRequest request, Purpose purpose, List<String> ownPages) {
    if (purpose != Purpose.KILL && SAFE.contains(request.getMethod())) {
      return isReadByOthers(request, purpose) ? Optional.of(Refusal.OTHER_SITE) : Optional.empty();
    }
    if (purpose == Purpose.KILL && !rules.killEnabled()) {
      return Optional.of(Refusal.KILLING_IS_OFF);
    }
    Site site = Site.of(request);
    if (site == Site.OTHER) {
      return Optional.of(Refusal.OTHER_SITE);
    }
    if (purpose != Purpose.KILL) {
      return Optional.empty();
    }
    return site == Site.OWN && Site.isFrom(ownPages, request)
        ? Optional.empty()
        : Optional.of(Refusal.NOT_ASKED_FOR_HERE);
  }

  /** Other sites may lead people to a page, but neither load anything of it nor stop a driver. */
  private static boolean isReadByOthers(HttpServletRequest request, Purpose purpose) {
    String mode = request.getHeader("Sec-Fetch-Mode");
    boolean isLink = purpose == Purpose.VIEW && (mode == null || mode.equals("navigate"));
    return !isLink && Site.ofBrowser(request) == Site.OTHER;
  }

  private Optional<Refusal> ofRights(Caller caller, Purpose purpose, LiveApplication application) {
    boolean decidesItself =
        application.state() == ApplicationState.GUARDED && rules.credentialsCross();
    if (!access.isControlled() || decidesItself) {
      return Optional.empty();
    }
    String user = caller.user().orElseThrow();
    String actual = caller.onBehalfOf().orElse(user);
    if (!actual.equals(user) && !access.has(Right.ADMINISTER, user, application)) {
      return Optional.of(Refusal.NOT_ON_BEHALF_OF_OTHERS);
    }
    Right needed = purpose == Purpose.KILL ? Right.MODIFY : Right.VIEW;
    if (!actual.isEmpty() && access.has(needed, actual, application)) {
      return Optional.empty();
    }
    boolean mayChange =
        application.settings().isEmpty() && application.state() == ApplicationState.LIVE;
    if (mayChange) {
      return Optional.of(Refusal.NOT_KNOWN_YET);
    }
    return Optional.of(needed == Right.VIEW ? Refusal.NOT_A_VIEWER : Refusal.NOT_A_MODIFIER);
  }
}
