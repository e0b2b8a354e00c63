// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import io.sparklive.application.Diagnosis;
import io.sparklive.application.LiveApplication;
import java.time.Instant;

/** An application with its diagnosis at one point of time. */
record DiagnosedApplication(LiveApplication application, Diagnosis diagnosis) {
  static DiagnosedApplication of(LiveApplication application, Instant now) {
    return new DiagnosedApplication(application, Diagnosis.of(application, now));
  }
}
