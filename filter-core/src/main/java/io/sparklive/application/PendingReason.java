// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.util.Locale;

/**
 * Why a driver does not run yet, by the status of its pod.
 *
 * @param kind the kind of the reason
 * @param text the reason for people: one line of at most 300 characters
 */
public record PendingReason(Kind kind, String text) {
  /** The most characters that Kubernetes' own messages have in a page. */
  static final int LONGEST = 300;

  public PendingReason {
    text = UserText.of(text, LONGEST);
  }

  /** The kinds of reasons. JSON and metrics have their names in lower case. */
  public enum Kind {
    /** The scheduler has not handled the pod yet. */
    SCHEDULING,
    /** No node fits the pod. */
    UNSCHEDULABLE,
    /** A scheduling gate holds the pod back, for example until its queue has quota. */
    GATED,
    /** The pod waits for a volume. */
    VOLUME,
    /** An image cannot be pulled. */
    IMAGE,
    /** A container cannot be created, for example because a secret is missing. */
    CONFIG,
    /** An init container runs, or fails. */
    INIT,
    /** The container ended, and its node will start it again after a while. */
    CRASH_LOOP,
    /** The node prepares the pod: its network, its volumes, its image. */
    CREATING;

    /** The name in JSON and metrics. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
