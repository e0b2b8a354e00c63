package io.sparklive.overview;

import io.sparklive.application.ApplicationId;
import java.time.Duration;
import java.util.Collection;

/** Has drivers asked how far they are, as long as somebody looks. Thread-safe; never waits. */
public interface Attention {
  /** Somebody looks at these now. */
  void to(Collection<ApplicationId> applications);

  /** How long it takes until drivers are asked again. */
  Duration untilNextRound();
}
