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
 * Who may view what, for those who look at all applications again and again. Where access is
 * controlled it is found out in the background, since Spark may start a process for one answer, and
 * remembered for a while; what is not known yet is a no.
 *
 * <p>Thread-safe, and never waits.
 */
public final class ViewPermissionCache {
  private static final Logger LOG = LoggerFactory.getLogger(ViewPermissionCache.class);
  private static final Duration FRESH = Duration.ofSeconds(30);
  private static final Duration USABLE = Duration.ofMinutes(5);
  // Hundreds of people, and applications of hundreds with lists of their own.
  private static final int MOST = 100_000;

  private final RequestAuthorizer guard;
  private final Executor background;
  private final InstantSource clock;
  private final ExpiringCache<Question, Answer> answers;
  private final Set<Question> underWay = ConcurrentHashMap.newKeySet();

  /** Everything that decides: not the id, which another user may choose next. */
  private record Question(
      Caller caller, ApplicationState state, String owner, Optional<DriverSettings> settings) {}

  private record Answer(boolean yes, Instant at) {}

  /**
   * @param background finds out; it may refuse
   */
  public ViewPermissionCache(RequestAuthorizer guard, Executor background, InstantSource clock) {
    this.guard = guard;
    this.background = background;
    this.clock = clock;
    this.answers = new ExpiringCache<>(MOST, USABLE, clock);
  }

  /** Whether there is nobody who may view only some. */
  public boolean isUnrestricted() {
    return !guard.isControlled();
  }

  /** Whether this caller may view the application, for all that is known by now. */
  public boolean mayView(Caller caller, LiveApplication application) {
    if (!guard.isControlled()) {
      return !guard.requiresLogin(caller);
    }
    if (caller.user().isEmpty()) {
      return false;
    }
    Question question =
        new Question(
            caller, application.state(), application.facts().user(), application.settings());
    Optional<Answer> answer = answers.get(question);
    if (answer.isEmpty() || clock.instant().isAfter(answer.get().at().plus(FRESH))) {
      findOut(question, application);
    }
    return answer.map(Answer::yes).orElse(false);
  }

  private void findOut(Question question, LiveApplication application) {
    if (!underWay.add(question)) {
      return;
    }
    try {
      background.execute(() -> decide(question, application));
    } catch (RejectedExecutionException e) {
      // Too much at once: whoever looks asks again.
      underWay.remove(question);
    }
  }

  private void decide(Question question, LiveApplication application) {
    try {
      boolean yes = guard.mayView(question.caller(), application);
      answers.put(question, new Answer(yes, clock.instant()));
    } catch (RuntimeException | LinkageError e) {
      answers.put(question, new Answer(false, clock.instant()));
      LOG.warn("Nobody can say whether {} may see {}", question.caller(), application.id(), e);
    } finally {
      underWay.remove(question);
    }
  }
}
