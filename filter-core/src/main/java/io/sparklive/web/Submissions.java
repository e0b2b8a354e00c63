// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.application.ApplicationId;
import io.sparklive.routing.Route;
import java.util.Optional;

/** Finds applications by the names that are known at their submission to Kubernetes. */
public interface Submissions {
  /** The newest application with this name; empty if no driver pod with this name is known. */
  Optional<ApplicationId> find(Route.Submission submission);

  /** Whether driver pods of this namespace are found. It does not block. */
  Coverage coverage(String namespace);

  /** Whether discovery finds the driver pods of a namespace. */
  enum Coverage {
    /** Kubernetes discovery is off. */
    OFF,
    /** The filter does not watch the namespace. */
    NOT_WATCHED,
    /** The filter has not read the driver pods of the namespace yet. */
    STARTING,
    /** The filter cannot watch the namespace at the moment. */
    DOWN,
    /** The filter has the current driver pods of the namespace. */
    UP
  }
}
