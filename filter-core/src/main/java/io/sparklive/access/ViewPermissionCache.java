// SPDX-License-Identifier: Apache-2.0
package io.sparklive.access;

import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.LiveApplication;
import io.sparklive.concurrent.ExpiringCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cached view permissions, for pages and lists that check all applications again and again. If
 * access is controlled, a background thread decides, as Spark may start a process for one decision.
 * Until then the permission is denied.
 *
 * <p>Thread-safe, and never blocks.
 */
public final class ViewPermissionCache {
  private static final Logger LOG = LoggerFactory.getLogger(ViewPermissionCache.class);
  private static final Duration FRESH = Duration.ofSeconds(30);
  private static final Duration USABLE = Duration.ofMinutes(5);
  // Hundreds of users, and hundreds of applications with access control lists of their own.
  private static final int MOST = 100_000;

  private final RequestAuthorizer authorizer;
  private final Executor background;
  private final InstantSource clock;
  private final ExpiringCache<Key, Decision> decisions;
  private final Set<Key> pending = ConcurrentHashMap.newKeySet();

  /** All that a decision depends on: not the id, which another user may choose next. */
  private record Key(
      Caller caller, ApplicationState state, String owner, Optional<DriverSettings> settings) {}

  private record Decision(boolean isAllowed, Instant at) {}

  /**
   * @param background runs the decisions; it may reject them
   */
  public ViewPermissionCache(
      RequestAuthorizer authorizer, Executor background, InstantSource clock) {
    this.authorizer = authorizer;
    this.background = background;
    this.clock = clock;
    this.decisions = new ExpiringCache<>(MOST, USABLE, clock);
  }

  /** Whether every authenticated user may view every application. */
  public boolean isUnrestricted() {
    return !authorizer.isControlled();
  }

  /**
   * Returns the cached decision whether this caller may view the application; false if there is
   * none yet. If the decision is not fresh, a background thread renews it.
   */
  public boolean checkView(Caller caller, LiveApplication application) {
    if (!authorizer.isControlled()) {
      return !authorizer.requiresLogin(caller);
    }
    if (caller.user().isEmpty()) {
      return false;
    }
    Key key =
        new Key(caller, application.state(), application.info().user(), application.settings());
    Optional<Decision> decision = decisions.get(key);
    if (decision.isEmpty() || clock.instant().isAfter(decision.get().at().plus(FRESH))) {
      submit(key, application);
    }
    return decision.map(Decision::isAllowed).orElse(false);
  }

  private void submit(Key key, LiveApplication application) {
    if (!pending.add(key)) {
      return;
    }
    try {
      background.execute(() -> decide(key, application));
    } catch (RejectedExecutionException e) {
      // Too many decisions at once: the next call submits it again.
      pending.remove(key);
    }
  }

  private void decide(Key key, LiveApplication application) {
    try {
      boolean isAllowed = authorizer.mayView(key.caller(), application);
      decisions.put(key, new Decision(isAllowed, clock.instant()));
    } catch (RuntimeException | LinkageError e) {
      decisions.put(key, new Decision(false, clock.instant()));
      LOG.warn("Permission check failed for {} on {}", key.caller(), application.id(), e);
    } finally {
      pending.remove(key);
    }
  }
}
