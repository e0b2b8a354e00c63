package io.sparklive.harness;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * A driver on bare sockets, to misbehave as no HTTP server would. It lists itself as drivers do;
 * every request that comes through the proxy gets what the test scripts, and then its connection is
 * closed.
 */
public final class ScriptedDriver implements AutoCloseable {
  private static final int SMALL_BUFFER = 16 * 1024;

  private final String id;
  private final Script script;
  private final ServerSocket server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "scripted-driver");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger toReset = new AtomicInteger();
  private final AtomicInteger askedWho = new AtomicInteger();
  private final AtomicInteger mostAskedWho = new AtomicInteger();
  private volatile CountDownLatch maySayWho = new CountDownLatch(0);

  /** What happens on a connection once the head of a request has come. */
  @FunctionalInterface
  public interface Script {
    /** Plays it. When it returns or throws, the connection is closed. */
    void play(Exchange exchange) throws IOException, InterruptedException;
  }

  /**
   * A request and the way back.
   *
   * @param head request line and headers
   * @param in what follows
   */
  public record Exchange(String head, InputStream in, Socket socket) {
    /** Sends text as it is. */
    public void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes as they are. */
    public void write(byte[] bytes) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    }

    /** Closes the connection so that the other side gets a reset, not an end. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Waits until the other side closes, and tells whether it did rather than sending more. */
    public boolean isClosedByProxy() throws IOException {
      return in.read() < 0;
    }
  }

  /** Starts the driver of an application. */
  public ScriptedDriver(String id, Script script) {
    this(0, id, script);
  }

  /** Starts it on this port, as soon as whoever had it before has let go. */
  public static ScriptedDriver at(int port, String id, Script script) {
    return Awaitility.await()
        .ignoreExceptions()
        .until(() -> new ScriptedDriver(port, id, script), driver -> true);
  }

  private ScriptedDriver(int port, String id, Script script) {
    this.id = id;
    this.script = script;
    try {
      server = new ServerSocket();
      server.setReceiveBufferSize(SMALL_BUFFER);
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** The port it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  /** How many connections from the proxy are open now. */
  public int open() {
    return open.get();
  }

  /** How many were open at once at most. */
  public int mostOpen() {
    return mostOpen.get();
  }

  /** How many requests have come through the proxy. */
  public int served() {
    return served.get();
  }

  /** On how many connections it is asked at once at most which application it runs. */
  public int mostAskedWho() {
    return mostAskedWho.get();
  }

  /** Says from now on which application it runs only when this opens. */
  public void sayWhoAfter(CountDownLatch gate) {
    mostAskedWho.set(0);
    maySayWho = gate;
  }

  /** On how many connections it has been asked, and has not said it yet. */
  public int askedWho() {
    return askedWho.get();
  }

  /** Resets so many connections as soon as they come, before anything is asked on them. */
  public void resetNext(int connections) {
    toReset.set(connections);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        if (server.isClosed()) {
          // It came in the last moment, and whoever closes may not have seen it.
          socket.close();
        } else if (toReset.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
          socket.setSoLinger(true, 0);
          socket.close();
        } else {
          threads.execute(() -> serve(socket));
        }
      }
    } catch (IOException | RejectedExecutionException e) {
      // Closed: the test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      Exchange exchange = new Exchange(head(in), in, socket);
      while (!exchange.head().isEmpty() && !isProxied(exchange)) {
        sayWho(exchange);
        exchange = new Exchange(head(in), in, socket);
      }
      if (!exchange.head().isEmpty()) {
        play(exchange);
      }
    } catch (IOException e) {
      // The other side has gone, which is what many tests are about.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(socket);
    }
  }

  private void sayWho(Exchange exchange) throws IOException, InterruptedException {
    mostAskedWho.accumulateAndGet(askedWho.incrementAndGet(), Math::max);
    try {
      maySayWho.await();
    } finally {
      askedWho.decrementAndGet();
    }
    String list = DriverAnswers.list(id);
    exchange.write(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n%s".formatted(list.length(), list));
  }

  private static boolean isProxied(Exchange exchange) {
    return exchange.head().toLowerCase(Locale.ROOT).contains("x-forwarded-context:");
  }

  private void play(Exchange exchange) throws IOException, InterruptedException {
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    served.incrementAndGet();
    try {
      script.play(exchange);
    } finally {
      open.decrementAndGet();
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.append((char) b);
    }
    return head.toString();
  }

  /** The driver ends, and with it every connection. */
  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
