// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ports on 127.0.0.1 for drivers that start later than the History Server that polls them, or at
 * the same time. Thread-safe.
 *
 * <p>They are below the ports that Linux assigns to sockets without a fixed port (32768 to 60999).
 * So no other process gets one by accident before its driver starts. This class returns no port
 * twice, neither in this JVM nor in another one that runs at the same time: each JVM holds the UDP
 * port of the same number until its end. UDP ports are apart from those of TCP.
 */
public final class FreePorts {

  private static final int FIRST = 20_000;
  private static final int END = 32_000;

  private static final Queue<DatagramSocket> CLAIMS = new ConcurrentLinkedQueue<>();

  private FreePorts() {}

  /** A port on which nothing listens. */
  public static int next() {
    return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(FIRST, END))
        .filter(port -> isFree(port) && claim(port))
        .findFirst()
        .orElseThrow();
  }

  /** So many different ports. */
  public static List<Integer> next(int count) {
    return Stream.generate(FreePorts::next).limit(count).toList();
  }

  /** In the form of the parameter {@code drivers}. */
  public static String addresses(Collection<Integer> ports) {
    return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  private static boolean claim(int port) {
    try {
      CLAIMS.add(new DatagramSocket(port, InetAddress.getLoopbackAddress()));
      return true;
    } catch (SocketException e) {
      // Another JVM has it, or this one.
      return false;
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
