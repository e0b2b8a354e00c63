// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

/**
 * The source of discovery events: one address or pod that discovery observes. It has at most one
 * application at a time.
 *
 * @param kind the kind of discovery, such as {@code static}
 * @param key unique among the sources of this kind, such as {@code 10.0.0.7:4040}
 */
public record SourceRef(String kind, String key) {
  public SourceRef {
    requireNonNull(kind, "kind");
    requireNonNull(key, "key");
  }

  @Override
  public String toString() {
    return kind + " " + key;
  }
}
