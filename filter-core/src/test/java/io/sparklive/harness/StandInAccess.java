package io.sparklive.harness;

import io.sparklive.access.Access;
import io.sparklive.access.Verdict;
import io.sparklive.application.LiveApplication;
import java.util.Optional;

/** One verdict for everybody, as the test says; at first everybody may. */
public final class StandInAccess implements Access {
  private volatile Verdict verdict = Verdict.ALLOWED;

  /** From now on this is the verdict. */
  public void says(Verdict newVerdict) {
    verdict = newVerdict;
  }

  @Override
  public Verdict mayView(Optional<String> user, LiveApplication application) {
    return verdict;
  }
}
