// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A port on 127.0.0.1 that forwards each connection to another port, byte for byte, TLS too. If one
 * side closes its connection, the relay closes the other. If the target refuses a connection, the
 * relay resets the client's. Thread-safe.
 */
public class TcpRelay implements AutoCloseable {
  private static final int BACKLOG = 500;
  private static final int POLL_MILLIS = 50;

  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "tcp-relay");
            thread.setDaemon(true);
            return thread;
          });
  private final int port;
  private ServerSocket listener;
  private Future<?> accepting = CompletableFuture.completedFuture(null);
  private volatile int target;
  private volatile boolean silent;

  TcpRelay(int target) {
    this.target = target;
    listener = bind(0);
    port = listener.getLocalPort();
  }

  /** Starts a relay to this port of 127.0.0.1. */
  public static TcpRelay to(int target) {
    TcpRelay relay = new TcpRelay(target);
    relay.start();
    return relay;
  }

  /** Begins to accept, when the fields of a subclass are set. */
  final synchronized void start() {
    ServerSocket socket = listener;
    accepting = threads.submit(() -> accept(socket));
  }

  /** The port of this relay, the same for its whole life. */
  public int port() {
    return port;
  }

  /** Host and port, in the form of the parameter {@code drivers}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** The number of connections that are open. */
  public int openConnections() {
    return connections.size();
  }

  /** The highest number of connections that were open at once since the last call. */
  public int mostOpenConnections() {
    return mostOpen.getAndSet(connections.size());
  }

  /** The number of connections that clients have opened since the start. */
  public int openedConnections() {
    return opened.get();
  }

  /** Whether the connection from this local port to the target is open. */
  public boolean carries(int localPort) {
    return connections.stream().anyMatch(one -> one.server.getLocalPort() == localPort);
  }

  /** Forwards to another port from now on, and resets every open connection. */
  public void redirectTo(int otherTarget) {
    target = otherTarget;
    dropConnections();
  }

  /** Accepts connections and bytes but forwards nothing, like a stopped process. */
  public void silence() {
    silent = true;
  }

  /** Resets every connection that is open at this moment. */
  public void dropConnections() {
    // Of a copy: a client that connects again at once must not lose that connection too.
    List.copyOf(connections).forEach(Connection::reset);
  }

  /** Resets every open connection and refuses new ones, like a process that has ended. */
  public synchronized void refuseConnections() {
    try {
      listener.close();
      // The kernel accepts connections for as long as a thread waits for one.
      accepting.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    dropConnections();
  }

  /**
   * Ends {@link #silence} and {@link #refuseConnections}. Bytes that were sent in silence are
   * forwarded now. The port is the same.
   */
  public synchronized void recover() {
    silent = false;
    if (listener.isClosed()) {
      listener = bind(port);
      start();
    }
  }

  @Override
  public void close() {
    refuseConnections();
    threads.shutdownNow();
  }

  /** The connection that forwards between these two sockets. */
  Connection connection(Socket client, Socket server) {
    return new Connection(client, server);
  }

  private static ServerSocket bind(int port) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket socket) {
    try {
      while (true) {
        Socket client = socket.accept();
        opened.incrementAndGet();
        connect(client, target);
      }
    } catch (IOException e) {
      // The listener is closed.
    }
  }

  private void connect(Socket client, int to) {
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), to);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Connection connection = connection(client, server);
      connections.add(connection);
      mostOpen.accumulateAndGet(connections.size(), Math::max);
      threads.execute(connection::relayRequests);
      threads.execute(connection::relayResponses);
      if (to != target) {
        // Redirected in the meantime.
        connection.reset();
      }
    } catch (IOException e) {
      resetQuietly(client);
    }
  }

  /** A client's connection and the relay's own to the target. Each direction has a thread. */
  class Connection {
    final Socket client;
    private final Socket server;

    Connection(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    /** Forwards the bytes of the client. At their end, closes the connection. */
    void forwardRequests(InputStream in, OutputStream out)
        throws IOException, InterruptedException {
      in.transferTo(out);
    }

    /** Forwards the bytes of the target. At their end follows {@link #endResponses}. */
    void forwardResponses(InputStream in, OutputStream out)
        throws IOException, InterruptedException {
      in.transferTo(out);
    }

    void endResponses() {
      close();
    }

    final void reset() {
      resetQuietly(client);
      close();
    }

    final void close() {
      connections.remove(this);
      closeQuietly(client);
      closeQuietly(server);
    }

    private void relayRequests() {
      relay(client, server, this::forwardRequests);
      close();
    }

    private void relayResponses() {
      relay(server, client, this::forwardResponses);
      endResponses();
    }

    private void relay(Socket from, Socket to, Direction direction) {
      try {
        direction.forward(new SilencedInput(from), to.getOutputStream());
      } catch (IOException e) {
        // One of the two sides has closed or reset its connection.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private interface Direction {
    void forward(InputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  /** In silence, holds back the bytes that it reads. Ends when the other side ends. */
  private final class SilencedInput extends InputStream {
    private final byte[] buffer = new byte[16 * 1024];
    private final Socket socket;
    private final InputStream in;
    private int position;
    private int limit;

    SilencedInput(Socket socket) throws IOException {
      this.socket = socket;
      in = socket.getInputStream();
    }

    @Override
    public int read() throws IOException {
      return position < limit || fill() ? Byte.toUnsignedInt(buffer[position++]) : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (position == limit && !fill()) {
        return -1;
      }
      int count = Math.min(length, limit - position);
      System.arraycopy(buffer, position, bytes, offset, count);
      position += count;
      return count;
    }

    private boolean fill() throws IOException {
      position = 0;
      limit = 0;
      do {
        if (limit == buffer.length) {
          LockSupport.parkNanos(Duration.ofMillis(POLL_MILLIS).toNanos());
        } else if (!readMore()) {
          limit = 0;
          return false;
        }
      } while (silent && !socket.isClosed());
      return true;
    }

    private boolean readMore() throws IOException {
      socket.setSoTimeout(limit > 0 ? POLL_MILLIS : 0);
      try {
        int count = in.read(buffer, limit, buffer.length - limit);
        limit += Math.max(count, 0);
        return count >= 0;
      } catch (SocketTimeoutException e) {
        return true;
      }
    }
  }

  private static void resetQuietly(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // Closed already.
    }
    closeQuietly(socket);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is left to release.
    }
  }
}
