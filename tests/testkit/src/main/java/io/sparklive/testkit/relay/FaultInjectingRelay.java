// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.relay;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A relay to an HTTP/1.1 server that breaks responses at an exact byte. Without a fault it forwards
 * every byte unchanged. {@link #recover} clears no fault. Thread-safe.
 */
public final class FaultInjectingRelay extends TcpRelay {
  private static final Pattern LENGTH =
      Pattern.compile("\r\ncontent-length: *(\\d+)", Pattern.CASE_INSENSITIVE);
  private static final String LINE_END = "\r\n";
  private static final String HEAD_END = "\r\n\r\n";

  private final AtomicInteger broken = new AtomicInteger();
  private final Queue<String> complete = new ConcurrentLinkedQueue<>();
  private volatile List<Fault> faults = List.of();
  private volatile CountDownLatch cleared = new CountDownLatch(1);

  private FaultInjectingRelay(int target) {
    super(target);
  }

  /** Starts a relay to this port of 127.0.0.1, without a fault. */
  public static FaultInjectingRelay to(int target) {
    FaultInjectingRelay relay = new FaultInjectingRelay(target);
    relay.start();
    return relay;
  }

  /** Replaces the faults. The new ones apply to responses that begin from now on. */
  public void inject(Fault... newFaults) {
    clearFaults();
    cleared = new CountDownLatch(1);
    faults = List.of(newFaults);
  }

  /** Removes the faults. Stalled responses continue. */
  public void clearFaults() {
    faults = List.of();
    cleared.countDown();
  }

  /** The number of complete responses to requests whose path starts so. */
  public long completeResponses(String path) {
    return complete.stream().filter(one -> one.startsWith(path)).count();
  }

  /** The number of responses that were broken or stalled. */
  public int brokenResponses() {
    return broken.get();
  }

  @Override
  Connection connection(Socket client, Socket server) {
    return new HttpConnection(client, server);
  }

  private final class HttpConnection extends Connection {
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

    HttpConnection(Socket client, Socket server) {
      super(client, server);
    }

    @Override
    void forwardRequests(InputStream in, OutputStream out) throws IOException {
      while (true) {
        String head = readTo(HEAD_END, in);
        // Before it is forwarded: the response may be quick.
        requests.add(head);
        write(head, out);
        copy(in, out, lengthIn(head).orElse(0L));
      }
    }

    @Override
    void forwardResponses(InputStream in, OutputStream out)
        throws IOException, InterruptedException {
      while (true) {
        String head = readTo(HEAD_END, in);
        String request = requests.take();
        String path = request.split(" ", 3)[1];
        Injection injection =
            new Injection(faults.stream().filter(one -> path.startsWith(one.path())).findFirst());
        forwardHead(head, out, injection);
        if (!request.startsWith("HEAD ")) {
          forwardBody(head, in, out, injection);
        }
        complete.add(path);
      }
    }

    private void forwardHead(String head, OutputStream out, Injection injection)
        throws IOException, InterruptedException {
      injection.at(Fault.Stage.BEFORE_STATUS_LINE);
      write(head.substring(0, 6), out);
      injection.at(Fault.Stage.INSIDE_STATUS_LINE);
      int half = head.length() / 2;
      write(head.substring(6, half), out);
      injection.at(Fault.Stage.INSIDE_HEADERS);
      write(head.substring(half), out);
      injection.at(Fault.Stage.AFTER_HEADERS);
    }

    private void forwardBody(String head, InputStream in, OutputStream out, Injection injection)
        throws IOException, InterruptedException {
      if (head.matches("(?s)HTTP/1.1 (1..|204|304) .*")) {
        return;
      }
      if (head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked")) {
        forwardChunks(in, out, injection);
      } else {
        long length = lengthIn(head).orElseThrow(() -> new IOException("unframed"));
        copy(in, out, length / 2);
        injection.at(Fault.Stage.INSIDE_BODY);
        copy(in, out, length - length / 2);
      }
    }

    private void forwardChunks(InputStream in, OutputStream out, Injection injection)
        throws IOException, InterruptedException {
      while (true) {
        String line = readTo(LINE_END, in);
        int size = Integer.parseInt(line.strip(), 16);
        if (size == 0) {
          injection.at(Fault.Stage.BEFORE_LAST_CHUNK);
          write(line + readTo(LINE_END, in), out);
          return;
        }
        write(line, out);
        copy(in, out, size / 2);
        injection.at(Fault.Stage.INSIDE_BODY);
        // With the line end that belongs to the chunk.
        copy(in, out, size - size / 2 + 2);
        injection.at(Fault.Stage.BETWEEN_CHUNKS);
      }
    }

    /** The fault of one response, which applies once. */
    private final class Injection {
      private Optional<Fault> pending;

      Injection(Optional<Fault> fault) {
        pending = fault;
      }

      void at(Fault.Stage stage) throws IOException, InterruptedException {
        Optional<Fault> fault = pending.filter(one -> one.stage() == stage);
        if (fault.isEmpty()) {
          return;
        }
        pending = Optional.empty();
        broken.incrementAndGet();
        switch (fault.get().kind()) {
          case STALL -> {
            cleared.await();
            return;
          }
          case RESET -> reset();
          case CLOSE -> close();
        }
        throw new EOFException("broken on purpose");
      }
    }
  }

  /** Reads up to this end, and with it. */
  private static String readTo(String end, InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    do {
      int one = in.read();
      if (one < 0) {
        throw new EOFException();
      }
      text.append((char) one);
    } while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0);
    return text.toString();
  }

  private static void write(String text, OutputStream out) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void copy(InputStream in, OutputStream out, long count) throws IOException {
    byte[] buffer = new byte[8192];
    for (long left = count; left > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException();
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  private static Optional<Long> lengthIn(String head) {
    Matcher length = LENGTH.matcher(head);
    return length.find() ? Optional.of(Long.valueOf(length.group(1))) : Optional.empty();
  }
}
