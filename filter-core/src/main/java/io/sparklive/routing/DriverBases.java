// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.LiveApplication;
import io.sparklive.http.TextSanitizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The base paths that drivers have for their own links ({@code spark.ui.proxyBase}), and the
 * applications to which they lead. {@code UIUtils.uiRoot} prefers this setting to the path that the
 * filter sends to a driver, so the pages of such a driver need its base.
 *
 * <p>A base is served if exactly one running driver has it, and no other driver has a base within
 * it or around it. The Spark operators begin a base with the namespace of the driver. A driver in
 * that namespace takes precedence over all others: no driver can take away the base of a driver in
 * another namespace. After the end of a driver, its base leads to the ended application until a
 * driver reports an overlapping base; the last 1000 of them are kept.
 *
 * <p>Thread-safe. A lookup takes no lock and does not depend on the number of bases.
 */
public final class DriverBases {
  private static final Logger LOG = LoggerFactory.getLogger(DriverBases.class);
  private static final int MAX_ENDED = 1000;
  private static final int LONGEST_LOGGED = 256;

  private final BaseRules rules;
  private final Map<String, ApplicationId> served = new ConcurrentHashMap<>();
  // Guarded by the monitor.
  private final Map<ApplicationId, Claim> claims = new TreeMap<>();
  private final Map<String, ApplicationId> ended = new LinkedHashMap<>();

  /**
   * The base that a running driver has reported.
   *
   * @param isOfNamespace whether the first segment is the namespace of the driver
   */
  private record Claim(ApplicationId id, String base, boolean isOfNamespace) {}

  /**
   * A base that several drivers have, or that overlaps another driver's base.
   *
   * @param base the base
   * @param served the application that it leads to, if it leads to any
   * @param ignored the other applications
   */
  public record Conflict(
      String base, Optional<ApplicationId> served, List<ApplicationId> ignored) {}

  /**
   * @param base the base path of live UIs, such as {@code /sparkui}
   */
  public DriverBases(String base) {
    this.rules = new BaseRules(base);
  }

  /** Applies the current base of an application, or the lack of one. */
  public synchronized void update(LiveApplication application) {
    Claim before = claims.remove(application.id());
    if (before != null) {
      if (before.id().equals(served.get(before.base()))) {
        keepEnded(before);
      }
      resolve(before.base());
    }
    application.ownBase().flatMap(base -> check(base, application)).ifPresent(this::add);
  }

  private void add(Claim claim) {
    claims.put(claim.id(), claim);
    resolve(claim.base());
    List<ApplicationId> others =
        rivals(claim.base()).stream()
            .map(Claim::id)
            .filter(other -> !other.equals(claim.id()))
            .toList();
    if (!others.isEmpty()) {
      LOG.warn(
          "spark.ui.proxyBase={} of application {} overlaps that of {}: it leads to {}",
          claim.base(),
          claim.id(),
          others,
          Optional.ofNullable(served.get(claim.base()))
              .map(ApplicationId::value)
              .orElse("none of them"));
    }
  }

  private Optional<Claim> check(String base, LiveApplication application) {
    ApplicationId id = application.id();
    if (base.equals(rules.base() + "/" + id) || base.equals(Routes.REVERSE_PROXY_BASE + "/" + id)) {
      return Optional.empty();
    }
    Optional<String> problem = rules.problem(base);
    if (problem.isPresent()) {
      String start = base.substring(0, Math.min(base.length(), LONGEST_LOGGED));
      LOG.warn(
          "Application {}: links of its live UI lead to {}, which the filter does not serve: {}"
              + " (spark.ui.proxyBase)",
          id,
          TextSanitizer.oneLine(start),
          problem.get());
      return Optional.empty();
    }
    boolean isOfNamespace =
        application.namespace().equals(Optional.of(BaseRules.firstSegment(base)));
    return Optional.of(new Claim(id, base, isOfNamespace));
  }

  private void keepEnded(Claim claim) {
    ended.remove(claim.base());
    ended.put(claim.base(), claim.id());
    if (ended.size() > MAX_ENDED) {
      String eldest = ended.keySet().iterator().next();
      ended.remove(eldest);
      resolve(eldest);
    }
  }

  /** Decides again to which application a base leads, and each base that overlaps it. */
  private void resolve(String base) {
    Set<String> affected = new LinkedHashSet<>();
    affected.add(base);
    rivals(base).forEach(claim -> affected.add(claim.base()));
    ended.keySet().stream().filter(other -> overlap(base, other)).forEach(affected::add);
    for (String each : affected) {
      ApplicationId owner = owner(each);
      if (owner == null) {
        served.remove(each);
      } else {
        served.put(each, owner);
      }
    }
  }

  private @Nullable ApplicationId owner(String base) {
    List<Claim> rivals = rivals(base);
    if (rivals.isEmpty()) {
      return ended.get(base);
    }
    List<Claim> preferred = rivals.stream().filter(Claim::isOfNamespace).toList();
    List<Claim> candidates = preferred.isEmpty() ? rivals : preferred;
    return candidates.size() == 1 && candidates.get(0).base().equals(base)
        ? candidates.get(0).id()
        : null;
  }

  /** The claims for a base, for one within it, and for one around it. */
  private List<Claim> rivals(String base) {
    return claims.values().stream().filter(claim -> overlap(base, claim.base())).toList();
  }

  private static boolean overlap(String one, String other) {
    return one.equals(other) || one.startsWith(other + "/") || other.startsWith(one + "/");
  }

  /** The bases that more than one driver has, or that overlap. */
  public synchronized List<Conflict> conflicts() {
    List<Conflict> conflicts = new ArrayList<>();
    Set<String> bases = new LinkedHashSet<>();
    claims.values().forEach(claim -> bases.add(claim.base()));
    for (String base : bases) {
      List<Claim> rivals = rivals(base);
      if (rivals.size() > 1) {
        Optional<ApplicationId> owner = Optional.ofNullable(owner(base));
        conflicts.add(
            new Conflict(
                base,
                owner,
                rivals.stream()
                    .map(Claim::id)
                    .filter(id -> !owner.equals(Optional.of(id)))
                    .toList()));
      }
    }
    return conflicts;
  }

  /** Whether no path can be below a base. */
  boolean isEmpty() {
    return served.isEmpty();
  }

  /**
   * The live UI that a path belongs to. A base may begin with the prefix of the History Server, as
   * its driver's links lead to the outside.
   *
   * @param prefix the prefix of every path of the History Server in the browser; may be empty
   * @param path the raw path on the History Server
   */
  Optional<Route.LiveUi> find(String prefix, String path) {
    if (served.isEmpty() || rules.isReserved(path)) {
      return Optional.empty();
    }
    Optional<Route.LiveUi> outside = prefix.isEmpty() ? Optional.empty() : findBelow(prefix, path);
    return outside.isPresent() ? outside : findBelow("", path);
  }

  private Optional<Route.LiveUi> findBelow(String prefix, String path) {
    int slash = path.indexOf('/', 1);
    while (slash > 0) {
      int next = path.indexOf('/', slash + 1);
      int end = next < 0 ? path.length() : next;
      if (end > BaseRules.LONGEST) {
        return Optional.empty();
      }
      String root = path.substring(0, end);
      ApplicationId id = served.get(prefix + root);
      if (id != null) {
        return Optional.of(new Route.LiveUi(id, root, path.substring(end)));
      }
      slash = next;
    }
    return Optional.empty();
  }
}
