package io.sparklive.testkit.relay;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port on 127.0.0.1 that leads to a driver. It reads the answers as HTTP/1.1 and breaks those it
 * is told to, at the very byte. Thread-safe.
 */
public final class FaultInjectingRelay implements AutoCloseable {
  private static final Pattern LENGTH =
      Pattern.compile("\r\ncontent-length: *(\\d+)", Pattern.CASE_INSENSITIVE);
  private static final int LONGEST_HEAD = 64 * 1024;

  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "faulty-wire");
            thread.setDaemon(true);
            return thread;
          });
  private final Queue<String> answered = new ConcurrentLinkedQueue<>();
  private final ServerSocket listener;
  private volatile int target;
  private volatile List<Fault> faults = List.of();
  private volatile CountDownLatch healed = new CountDownLatch(1);

  /** Leads to this port, and breaks nothing. */
  public FaultInjectingRelay(int target) {
    this.target = target;
    try {
      listener = new ServerSocket();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 500);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Host and port, as the parameter {@code drivers} takes them. */
  public String address() {
    return "127.0.0.1:" + port();
  }

  /** Leads elsewhere from now on, as an address given to another pod: what is open is reset. */
  public void leadTo(int otherTarget) {
    target = otherTarget;
    links.forEach(Link::reset);
  }

  /** Does this, and nothing else, to answers that begin from now on. */
  public void inflict(Fault... what) {
    heal();
    healed = new CountDownLatch(1);
    faults = List.of(what);
  }

  /** Breaks nothing any more; what is stalled goes on. */
  public void heal() {
    faults = List.of();
    healed.countDown();
  }

  /** How many connections are open. */
  public int open() {
    return links.size();
  }

  /** The most that were open at once, since the last call. */
  public int mostOpen() {
    return mostOpen.getAndSet(links.size());
  }

  /** How many answers to requests whose path begins so have come through whole. */
  public long answered(String path) {
    return answered.stream().filter(one -> one.startsWith(path)).count();
  }

  /** How many answers have been broken or stalled. */
  public int broken() {
    return broken.get();
  }

  /** Resets every connection and refuses new ones, for good, as where no process is. */
  public void refuse() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    links.forEach(Link::reset);
  }

  @Override
  public void close() {
    refuse();
    heal();
    threads.shutdownNow();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        connect(client);
      } catch (IOException e) {
        // Closed: nothing is to come in any more.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    try {
      Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), target));
      links.add(link);
      mostOpen.accumulateAndGet(links.size(), Math::max);
      threads.execute(link::carryRequests);
      threads.execute(link::carryAnswers);
    } catch (IOException e) {
      client.setSoLinger(true, 0);
      client.close();
    }
  }

  private final class Link {
    private final Socket client;
    private final Socket driver;
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    Link(Socket client, Socket driver) throws IOException {
      this.client = client;
      this.driver = driver;
      client.setTcpNoDelay(true);
      driver.setTcpNoDelay(true);
    }

    void carryRequests() {
      try {
        InputStream in = new BufferedInputStream(client.getInputStream());
        OutputStream out = driver.getOutputStream();
        while (true) {
          byte[] head = readHead(in);
          // Before it is sent: the answer may be quick.
          asked.add(text(head));
          out.write(head);
          copy(in, out, lengthIn(text(head)).orElse(0L));
          out.flush();
        }
      } catch (IOException e) {
        close();
      }
    }

    void carryAnswers() {
      try {
        InputStream in = new BufferedInputStream(driver.getInputStream());
        OutputStream out = client.getOutputStream();
        while (true) {
          byte[] head = readHead(in);
          String request = asked.take();
          String path = request.split(" ", 3)[1];
          carry(request, head, in, out, faultOf(path));
          answered.add(path);
        }
      } catch (IOException e) {
        close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        close();
      }
    }

    private Optional<Fault> faultOf(String path) {
      return faults.stream().filter(fault -> path.startsWith(fault.path())).findFirst();
    }

    private void carry(
        String request, byte[] head, InputStream in, OutputStream out, Optional<Fault> inflicted)
        throws IOException, InterruptedException {
      Harm harm = new Harm(inflicted);
      harm.at(Fault.Stage.BEFORE_STATUS_LINE);
      out.write(head, 0, 6);
      harm.at(Fault.Stage.INSIDE_STATUS_LINE);
      int half = head.length / 2;
      out.write(head, 6, half - 6);
      harm.at(Fault.Stage.INSIDE_HEADERS);
      out.write(head, half, head.length - half);
      harm.at(Fault.Stage.AFTER_HEADERS);
      String headers = text(head);
      if (request.startsWith("HEAD ") || headers.matches("(?s)HTTP/1.1 (1..|204|304) .*")) {
        return;
      }
      if (headers.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked")) {
        carryChunks(in, out, harm);
      } else {
        long length = lengthIn(headers).orElseThrow(() -> new IOException("unframed"));
        copy(in, out, length / 2);
        harm.at(Fault.Stage.INSIDE_BODY);
        copy(in, out, length - length / 2);
      }
    }

    private void carryChunks(InputStream in, OutputStream out, Harm harm)
        throws IOException, InterruptedException {
      while (true) {
        byte[] line = readLine(in);
        int size = Integer.parseInt(text(line).strip(), 16);
        if (size == 0) {
          harm.at(Fault.Stage.BEFORE_LAST_CHUNK);
          out.write(line);
          out.write(readLine(in));
          return;
        }
        out.write(line);
        copy(in, out, size / 2);
        harm.at(Fault.Stage.INSIDE_BODY);
        // And the line's end that belongs to it.
        copy(in, out, size - size / 2 + 2);
        harm.at(Fault.Stage.BETWEEN_CHUNKS);
      }
    }

    void reset() {
      try {
        client.setSoLinger(true, 0);
      } catch (IOException e) {
        // Closed already.
      }
      close();
    }

    private void close() {
      links.remove(this);
      closeQuietly(client);
      closeQuietly(driver);
    }

    /** What happens to one answer, once. */
    private final class Harm {
      private final Optional<Fault> inflicted;
      private boolean done;

      Harm(Optional<Fault> inflicted) {
        this.inflicted = inflicted;
      }

      void at(Fault.Stage stage) throws IOException, InterruptedException {
        if (done || inflicted.isEmpty() || inflicted.get().stage() != stage) {
          return;
        }
        done = true;
        broken.incrementAndGet();
        switch (inflicted.get().manner()) {
          case RESET -> reset();
          case CLOSE -> close();
          case STALL -> {
            healed.await();
            return;
          }
        }
        throw new EOFException("broken on purpose");
      }
    }
  }

  private static byte[] readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    byte[] line;
    do {
      line = readLine(in);
      head.write(line);
    } while (line.length > 2 && head.size() < LONGEST_HEAD);
    return head.toByteArray();
  }

  private static byte[] readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int one;
    do {
      one = in.read();
      if (one < 0) {
        throw new EOFException();
      }
      line.write(one);
    } while (one != '\n');
    return line.toByteArray();
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

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }
}
