package io.sparklive.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparklive.application.DriverAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port that a driver might have, and the bytes that come from it. It starts out refusing; every
 * connection gets one answer.
 */
public final class FakeDriver implements AutoCloseable {
  private static final String ENTRY =
      """
      [ {
        "id" : "%s",
        "name" : "%s",
        "attempts" : [ {
          "startTime" : "2026-11-21T08:43:54.879GMT",
          "endTime" : "1969-12-31T23:59:59.999GMT",
          "lastUpdated" : "2026-11-21T08:44:00.000GMT",
          "duration" : 5121,
          "sparkUser" : "ada",
          "completed" : false,
          "appSparkVersion" : "4.2.0",
          "startTimeEpoch" : 1795250634879,
          "endTimeEpoch" : -1,
          "lastUpdatedEpoch" : 1795250640000
        } ]
      } ]""";

  private final InetSocketAddress address;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private Optional<ServerSocket> listening = Optional.empty();
  private Thread serving = new Thread();
  private volatile Optional<byte[]> answer = Optional.empty();
  private volatile boolean endless;

  public FakeDriver() {
    address = freeAddress();
  }

  /** Below the ports that systems give to clients: nobody takes it while nothing listens there. */
  private static InetSocketAddress freeAddress() {
    Random random = new Random();
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = 10_000 + random.nextInt(20_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
      } catch (IOException e) {
        // Taken: try another.
      }
    }
    throw new IllegalStateException("no free port");
  }

  public DriverAddress address() {
    return new DriverAddress("127.0.0.1", address.getPort());
  }

  /** How many requests have come so far. */
  public int asked() {
    return asked.get();
  }

  /** From now on it is a driver that runs this application. */
  public void runs(String id) {
    answers("200 OK", "application/json", ENTRY.formatted(id, id));
  }

  /** From now on it answers as a driver that is starting. */
  public void isStarting() {
    answers("200 OK", "text/html", "<html>Spark is starting up. Please wait a while</html>");
  }

  /** From now on it answers so. */
  public void answers(String status, String type, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    sends(
        "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(status, type, bytes.length, body));
  }

  /** From now on it sends these bytes and closes the connection. */
  public synchronized void sends(String text) {
    answer = Optional.of(text.getBytes(UTF_8));
    listen();
  }

  /** From now on it sends these bytes again and again, as long as somebody listens. */
  public synchronized void goesOnSending(String text) {
    endless = true;
    sends(text);
  }

  /** From now on it accepts, and says nothing. */
  public synchronized void isSilent() {
    answer = Optional.empty();
    listen();
  }

  /** From now on nothing listens there. */
  public synchronized void refuses() {
    listening.ifPresent(FakeDriver::close);
    listening = Optional.empty();
    try {
      // While somebody accepts, the system goes on listening.
      serving.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void close() {
    // First, so that whoever goes on sending comes to an end.
    open.forEach(FakeDriver::close);
    refuses();
    open.forEach(FakeDriver::close);
  }

  private void listen() {
    if (listening.isPresent()) {
      return;
    }
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(address);
      listening = Optional.of(socket);
      serving = new Thread(() -> serve(socket), "fake-driver");
      serving.setDaemon(true);
      serving.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connection.setSoTimeout(5_000);
        open.add(connection);
        readRequest(connection.getInputStream());
        asked.incrementAndGet();
        while (endless && !socket.isClosed()) {
          connection.getOutputStream().write(answer.orElseThrow());
        }
        if (answer.isPresent()) {
          connection.getOutputStream().write(answer.get());
          connection.close();
        }
      } catch (IOException e) {
        // Closed by a test, or given up by the client.
      }
    }
  }

  private static void readRequest(InputStream in) throws IOException {
    StringBuilder request = new StringBuilder();
    while (request.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("no request");
      }
      request.append((char) b);
    }
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
