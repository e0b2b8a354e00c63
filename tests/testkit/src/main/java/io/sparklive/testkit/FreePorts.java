// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
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
 * twice, neither in this JVM nor in another one that runs at the same time: each JVM takes its
 * ports from blocks that it alone has. To claim a block, it holds the UDP port of the same number
 * as the block's first until its end. UDP ports are apart from those of TCP.
 *
 * <p>If a filter does not find a driver at its port, it tries the ports after it, as the driver may
 * have done. So ports that are returned one after the other are further apart than that, and a
 * block ends with such a gap: no test receives the requests of a filter in another one.
 */
public final class FreePorts {

  private static final int FIRST = 20_000;
  private static final int BLOCKS = 24;
  private static final int BLOCK_SIZE = 500;

  /** More than the 16 ports that Spark, and so a filter, tries after the first. */
  private static final int GAP = 17;

  private static final int PORTS_IN_A_ROUND = BLOCK_SIZE / GAP - 1;

  private static final Collection<DatagramSocket> CLAIMS = new ArrayList<>();
  private static final Queue<Integer> PORTS = new ArrayDeque<>();

  private FreePorts() {}

  /** A port on which nothing listens. */
  public static synchronized int next() {
    while (true) {
      if (PORTS.isEmpty()) {
        PORTS.addAll(portsOf(claimBlock()));
      }
      int port = PORTS.remove();
      if (isFree(port)) {
        return port;
      }
    }
  }

  private static int claimBlock() {
    List<Integer> blocks =
        IntStream.range(0, BLOCKS)
            .map(block -> FIRST + block * BLOCK_SIZE)
            .boxed()
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(blocks, ThreadLocalRandom.current());
    return blocks.stream()
        .filter(FreePorts::claim)
        .findFirst()
        .orElseThrow(
            () -> new NoSuchElementException("other JVMs and this one have all ports of tests"));
  }

  /** In an order in which neighbors are apart. */
  private static List<Integer> portsOf(int block) {
    return IntStream.range(0, GAP)
        .flatMap(
            first -> IntStream.iterate(block + first, port -> port + GAP).limit(PORTS_IN_A_ROUND))
        .boxed()
        .toList();
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
