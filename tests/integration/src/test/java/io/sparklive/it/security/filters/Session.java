// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

/**
 * Somebody who has logged in.
 *
 * @param user who it is
 * @param age how often all access tokens had expired when theirs was made
 * @param refreshToken gets another one, once
 */
record Session(String user, long age, String refreshToken) {

  static Session parse(String text) {
    String[] parts = text.split(" ", 3);
    return new Session(parts[0], Long.parseLong(parts[1]), parts[2]);
  }

  String text() {
    return user + " " + age + " " + refreshToken;
  }
}
