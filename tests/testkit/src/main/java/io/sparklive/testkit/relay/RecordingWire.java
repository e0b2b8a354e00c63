package io.sparklive.testkit.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A port on 127.0.0.1 that leads to a driver, and keeps every byte sent to it. Thread-safe. */
public final class RecordingWire implements AutoCloseable {
  private final int target;
  private final ServerSocket listener;
  private final Queue<ByteArrayOutputStream> sent = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "recording-wire");
            thread.setDaemon(true);
            return thread;
          });

  /** Leads to this port. */
  public RecordingWire(int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Host and port, as the parameter {@code drivers} takes them. */
  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** All that the driver has been sent, one connection after the other. */
  public String sent() {
    return sent.stream()
        .map(bytes -> bytes.toString(StandardCharsets.ISO_8859_1))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    closeQuietly(listener);
    open.forEach(RecordingWire::closeQuietly);
    threads.shutdownNow();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        Socket driver = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(driver);
        threads.execute(() -> carry(client, driver, recording()));
        threads.execute(() -> carry(driver, client, OutputStream.nullOutputStream()));
      } catch (IOException e) {
        // Closed: nothing is to come in any more.
      }
    }
  }

  private OutputStream recording() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sent.add(bytes);
    return bytes;
  }

  private static void carry(Socket from, Socket to, OutputStream copy) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        // Before it is sent: whoever has the answer finds the question recorded.
        copy.write(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One side is gone, and so is the other.
    }
  }

  private static void closeQuietly(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      // It is of no use any more.
    }
  }
}
