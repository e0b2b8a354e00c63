// SPDX-License-Identifier: Apache-2.0
package io.sparklive.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IP network: all addresses that begin with the same bits.
 *
 * @param address the lowest address of the network
 * @param prefix how many bits are the same
 */
record Network(InetAddress address, int prefix) {
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})";

  // InetAddress would resolve any other text in DNS.
  private static final Pattern CIDR =
      Pattern.compile(
          "(OCTET(?:\\.OCTET){3}|(?=[0-9A-Fa-f.]*:)[0-9A-Fa-f:.]+)(?:/([0-9]{1,3}))?"
              .replace("OCTET", OCTET));

  /**
   * Reads a network in CIDR notation (RFC 4632, RFC 4291), or a single address.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  static Network of(String text) {
    Matcher cidr = CIDR.matcher(text);
    if (!cidr.matches()) {
      throw new IllegalArgumentException("no network: " + text);
    }
    try {
      InetAddress address = InetAddress.getByName(cidr.group(1));
      int bits = address.getAddress().length * Byte.SIZE;
      int prefix = cidr.group(2) == null ? bits : Integer.parseInt(cidr.group(2));
      if (prefix <= bits && isLowest(address.getAddress(), prefix)) {
        return new Network(address, prefix);
      }
    } catch (UnknownHostException e) {
      // Too many groups, or two of "::".
    }
    throw new IllegalArgumentException("no network: " + text);
  }

  /** Whether the address is one of this network. */
  boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    int whole = prefix / Byte.SIZE;
    int rest = prefix % Byte.SIZE;
    return Arrays.equals(mine, 0, whole, theirs, 0, whole)
        && (rest == 0 || ((mine[whole] ^ theirs[whole]) & 0xFF) >> (Byte.SIZE - rest) == 0);
  }

  /** Whether all addresses of this network are in the other one. */
  boolean isWithin(Network other) {
    return prefix >= other.prefix && other.contains(address);
  }

  private static boolean isLowest(byte[] address, int prefix) {
    for (int bit = prefix; bit < address.length * Byte.SIZE; bit++) {
      if ((address[bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefix;
  }
}
