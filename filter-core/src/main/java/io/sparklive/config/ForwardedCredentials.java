// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import java.util.Set;

/**
 * The credentials of users that are forwarded to drivers.
 *
 * @param cookies the names of these cookies, {@code *} for all
 * @param authorization whether the {@code Authorization} header is one of them
 */
public record ForwardedCredentials(Set<String> cookies, boolean authorization) {
  /** Whether no credentials are forwarded. */
  public boolean isEmpty() {
    return cookies.isEmpty() && !authorization;
  }
}
