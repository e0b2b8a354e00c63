// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

/**
 * The session of a user.
 *
 * @param user the user's name
 * @param age the number of expiries when the access token was issued
 * @param refreshToken can be exchanged for another one, once
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
