// SPDX-License-Identifier: Apache-2.0
package io.sparklive.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The IPv4 addresses in an IPv6 address: a gateway or a tunnel may forward a connection to them.
 *
 * <p>A provider or a cluster may choose a prefix of its own for NAT64 (RFC 6052, section 2.2) and
 * for 6rd (RFC 5969). Such an address cannot be distinguished from any other one.
 */
final class EmbeddedIpv4 {
  private static final int BYTES = 16;
  private static final int ISATAP_FROM = 8;

  private EmbeddedIpv4() {}

  /** Returns all embedded addresses; an empty list for an IPv4 address. */
  static List<InetAddress> in(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != BYTES || address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return List.of();
    }
    List<InetAddress> found = new ArrayList<>();
    // IPv4-compatible (RFC 4291, section 2.5.5.1), SIIT (RFC 7915), NAT64 (RFC 6052, section 2.1).
    // InetAddress itself turns a mapped address into an IPv4 address.
    if (begins(bytes, 0, 0, 0, 0, 0, 0)
        || begins(bytes, 0, 0, 0, 0, 0xFFFF, 0)
        || begins(bytes, 0x64, 0xFF9B, 0, 0, 0, 0)) {
      found.add(ipv4(bytes, 12, 13, 14, 15));
    }
    if (begins(bytes, 0x64, 0xFF9B, 1)) {
      found.addAll(inLocalNat64(bytes));
    }
    // 6to4 (RFC 3056, section 2).
    if (begins(bytes, 0x2002)) {
      found.add(ipv4(bytes, 2, 3, 4, 5));
    }
    // Teredo (RFC 4380, section 4): the server, and the client with each bit inverted.
    if (begins(bytes, 0x2001, 0)) {
      found.add(ipv4(bytes, 4, 5, 6, 7));
      found.add(ipv4(inverted(bytes), 12, 13, 14, 15));
    }
    // ISATAP (RFC 5214, section 6.1), with the universal and the group bit in either state.
    if ((bytes[ISATAP_FROM] & 0xFC) == 0
        && bytes[ISATAP_FROM + 1] == 0
        && bytes[ISATAP_FROM + 2] == 0x5E
        && bytes[ISATAP_FROM + 3] == (byte) 0xFE) {
      found.add(ipv4(bytes, 12, 13, 14, 15));
    }
    return found;
  }

  /**
   * NAT64 for local use (RFC 8215): a cluster chooses the length of its prefix, and with it the
   * position of the IPv4 address (RFC 6052, section 2.2). All other positions hold zeros, so an
   * address that begins with a zero counts only if no other one is found.
   */
  private static List<InetAddress> inLocalNat64(byte[] bytes) {
    List<InetAddress> all =
        List.of(
            ipv4(bytes, 6, 7, 9, 10),
            ipv4(bytes, 7, 9, 10, 11),
            ipv4(bytes, 9, 10, 11, 12),
            ipv4(bytes, 12, 13, 14, 15));
    List<InetAddress> found = all.stream().filter(one -> one.getAddress()[0] != 0).toList();
    return found.isEmpty() ? all : found;
  }

  /** Whether an address begins with these groups of 16 bits. */
  private static boolean begins(byte[] bytes, int... groups) {
    for (int i = 0; i < groups.length; i++) {
      if ((bytes[2 * i] & 0xFF) != groups[i] >> Byte.SIZE
          || (bytes[2 * i + 1] & 0xFF) != (groups[i] & 0xFF)) {
        return false;
      }
    }
    return true;
  }

  private static byte[] inverted(byte[] bytes) {
    byte[] inverted = bytes.clone();
    for (int i = 0; i < inverted.length; i++) {
      inverted[i] = (byte) ~inverted[i];
    }
    return inverted;
  }

  private static InetAddress ipv4(byte[] bytes, int first, int second, int third, int fourth) {
    byte[] address = {bytes[first], bytes[second], bytes[third], bytes[fourth]};
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // four bytes are an address
    }
  }
}
