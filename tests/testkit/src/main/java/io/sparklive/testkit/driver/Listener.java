// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.driver;

import io.sparklive.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Listens on a port of 127.0.0.1, with a thread for each connection. It can stop and start again on
 * the same port. Thread-safe.
 */
final class Listener implements AutoCloseable {
  /** So small that the system receives little of a body before a script reads it. */
  private static final int RECEIVE_BUFFER = 16 * 1024;

  private static final int BACKLOG = 500;

  private final Task task;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(work -> daemon(work, "fake-driver"));
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger toReset = new AtomicInteger();
  private Optional<ServerSocket> listening = Optional.empty();
  private Thread accepting = new Thread();
  private int port;
  private boolean isPortKnown;

  /** Serves a connection, which is closed afterwards. */
  interface Task {
    void serve(Socket socket) throws IOException, InterruptedException;
  }

  /** For this port, or for a free one if it is 0. It is not open before the start. */
  Listener(int port, Task task) {
    this.port = port == 0 ? FreePorts.next() : port;
    this.isPortKnown = port != 0;
    this.task = task;
  }

  synchronized int port() {
    isPortKnown = true;
    return port;
  }

  /** Resets so many connections as soon as they are accepted. */
  void resetNext(int connections) {
    toReset.set(connections);
  }

  synchronized void start() {
    if (listening.isEmpty()) {
      ServerSocket server = bind();
      listening = Optional.of(server);
      accepting = daemon(() -> accept(server), "fake-driver-accept");
      accepting.start();
    }
  }

  /** Closes the port and all connections. When it returns, connections are refused. */
  synchronized void stop() {
    listening.ifPresent(Listener::close);
    listening = Optional.empty();
    try {
      // The system listens as long as a thread accepts.
      accepting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sockets.forEach(Listener::close);
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }

  private void accept(ServerSocket server) {
    try {
      while (true) {
        Socket socket = server.accept();
        if (toReset.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
          socket.setSoLinger(true, 0);
          socket.close();
        } else {
          sockets.add(socket);
          threads.execute(() -> serve(socket));
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      task.serve(socket);
    } catch (IOException e) {
      // The client or a test closed it, which many tests are about.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(socket);
    }
  }

  /** If another process has taken the port before anybody knows it, another port does as well. */
  private ServerSocket bind() {
    while (true) {
      try {
        return bind(port);
      } catch (BindException e) {
        if (isPortKnown) {
          throw new UncheckedIOException(e);
        }
        port = FreePorts.next();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.setReceiveBufferSize(RECEIVE_BUFFER);
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
