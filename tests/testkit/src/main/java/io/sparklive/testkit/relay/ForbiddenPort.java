// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** A port that must receive no connection: closes and counts each one. Thread-safe. */
public final class ForbiddenPort implements AutoCloseable {
  private final ServerSocket socket;
  private final AtomicInteger connections = new AtomicInteger();

  /** Listens at every address of this machine. */
  public ForbiddenPort(int port) throws IOException {
    this("0.0.0.0", port);
  }

  /** Listens at one address. */
  public ForbiddenPort(String address, int port) throws IOException {
    socket = new ServerSocket(port, 50, InetAddress.getByName(address));
    Thread accepting = new Thread(this::accept, "forbidden-port");
    accepting.setDaemon(true);
    accepting.start();
  }

  /** The number of connections since the start. */
  public int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        socket.accept().close();
        connections.incrementAndGet();
      }
    } catch (IOException e) {
      // The port is closed.
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
