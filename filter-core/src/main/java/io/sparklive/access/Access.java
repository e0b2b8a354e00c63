package io.sparklive.access;

import io.sparklive.application.LiveApplication;
import java.util.Optional;

/** Decides about live content. Implementations are thread-safe and do not block. */
public interface Access {
  /**
   * Whether this person may see the live UI and the live REST answers of the application.
   *
   * @param user who they are, as the filters before ours say; empty where nobody has logged in
   */
  Verdict mayView(Optional<String> user, LiveApplication application);
}
