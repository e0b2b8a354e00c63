// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import io.sparklive.application.ApplicationId;
import java.io.IOException;
import java.util.Optional;

/**
 * Information that an application runs in client mode, with the hosts on which {@link
 * ClientModeDrivers} searches for its driver. Its source is executor pods or an event log.
 */
public interface DriverHint {
  /** The application. */
  ApplicationId id();

  /** The source of the hint, as text for users. It is unique together with the id. */
  String origin();

  /** The Kubernetes namespace of the application, if it has one. */
  Optional<String> namespace();

  /**
   * Whether the application has running executors now. If so, it runs even if its driver does not
   * respond.
   */
  boolean hasRunningExecutors();

  /** Whether another source has found the application, so that no search is necessary. */
  boolean isObsolete();

  /**
   * Determines the hosts on which the driver may run. This may take long.
   *
   * @throws IOException if they cannot be determined now, with a message for users
   */
  CandidateHosts candidateHosts() throws IOException;
}
