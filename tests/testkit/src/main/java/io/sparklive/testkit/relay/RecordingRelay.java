package io.sparklive.testkit.relay;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A port on 127.0.0.1 that leads to a driver, byte for byte, and knows every request that has
 * passed. Thread-safe.
 */
public final class RecordingRelay implements AutoCloseable {
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "driver-tap");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Queue<RecordedRequest> arrived = new ConcurrentLinkedQueue<>();
  private final Queue<String> malformed = new ConcurrentLinkedQueue<>();
  private final ServerSocket listener;
  private final int target;
  private volatile long lastHeard = System.nanoTime();

  /** Leads to this port. */
  public RecordingRelay(int target) {
    this.target = target;
    try {
      listener = new ServerSocket();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Host and port, as the parameter {@code drivers} takes them. */
  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** How many connections are open to it. */
  public int connections() {
    return open.size();
  }

  /** The requests that have passed, in their order, since the last call. */
  public List<RecordedRequest> arrived() {
    List<RecordedRequest> all = new ArrayList<>();
    for (RecordedRequest one = arrived.poll(); one != null; one = arrived.poll()) {
      all.add(one);
    }
    return all;
  }

  /** How long nothing has come. */
  public Duration silence() {
    return Duration.ofNanos(System.nanoTime() - lastHeard);
  }

  /** What came that no driver should have to read. */
  public List<String> malformed() {
    return List.copyOf(malformed);
  }

  @Override
  public void close() {
    closeQuietly(listener);
    open.forEach(RecordingRelay::closeQuietly);
    threads.shutdownNow();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket visitor = listener.accept();
        open.add(visitor);
        Socket driver = new Socket(InetAddress.getLoopbackAddress(), target);
        threads.execute(() -> carryRequests(visitor, driver));
        threads.execute(() -> carryAnswers(visitor, driver));
      } catch (IOException e) {
        // Closed: nothing is to come in any more.
      }
    }
  }

  private void carryRequests(Socket visitor, Socket driver) {
    try (visitor;
        driver) {
      HttpRequestReader requests =
          new HttpRequestReader(
              new BufferedInputStream(new Copied(visitor.getInputStream(), driver)),
              Strictness.STRICT);
      for (Optional<RecordedRequest> one = requests.next(); one.isPresent(); one = requests.next()) {
        arrived.add(one.get());
        lastHeard = System.nanoTime();
      }
    } catch (IOException e) {
      malformed.add(e.toString());
    } finally {
      open.remove(visitor);
    }
  }

  /** Ends one direction alone: what still comes the other way is to be seen. */
  private static void carryAnswers(Socket visitor, Socket driver) {
    try {
      driver.getInputStream().transferTo(visitor.getOutputStream());
      visitor.shutdownOutput();
    } catch (IOException e) {
      // The visitor has gone.
    }
  }

  private static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  /** Sends on what is read, until the driver has gone; ends where the visitor breaks off. */
  private static final class Copied extends FilterInputStream {
    private final Socket driver;
    private boolean gone;

    Copied(InputStream in, Socket driver) {
      super(in);
      this.driver = driver;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      int read;
      try {
        read = in.read(buffer, offset, length);
      } catch (IOException e) {
        return -1;
      }
      if (read > 0 && !gone) {
        try {
          driver.getOutputStream().write(buffer, offset, read);
        } catch (IOException e) {
          gone = true;
        }
      }
      return read;
    }
  }
}
