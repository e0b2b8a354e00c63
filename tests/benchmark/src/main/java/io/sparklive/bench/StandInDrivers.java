package io.sparklive.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Programs that say they are drivers, as many as a cluster has, on one thread: each has a loopback
 * address and a port of its own, and tells which application it runs, since when (since it was
 * first asked) and what its settings are. There are no pages behind them.
 */
final class StandInDrivers implements AutoCloseable {
  private static final int LONGEST_REQUEST = 4 * 1024;
  private static final int BACKLOG = 512;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final List<Driver> drivers = new ArrayList<>();
  private final Map<String, Instant> found = new ConcurrentHashMap<>();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final Selector selector;
  private final Thread thread = new Thread(this::serve, "stand-in-drivers");
  private volatile boolean silent;

  /** Starts so many, with ids that begin so. */
  StandInDrivers(String prefix, int count) throws IOException {
    selector = Selector.open();
    for (int i = 0; i < count; i++) {
      drivers.add(listening("%s-%05d".formatted(prefix, i), i));
    }
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * One of them.
   *
   * @param id of its application
   * @param host its address, which no other has
   */
  record Driver(String id, String host, int port) {}

  /** A connection to one of them, and what has come of the request on it. */
  private record Visit(String id, ByteBuffer request) {}

  List<Driver> drivers() {
    return List.copyOf(drivers);
  }

  /** As the parameter {@code drivers} takes them. */
  String addresses() {
    return drivers.stream().map(d -> d.host() + ":" + d.port()).collect(Collectors.joining(","));
  }

  /** How many have told which application they run. */
  int found() {
    return found.size();
  }

  /** How many have told their settings, which is the last that is asked of them. */
  int asked() {
    return asked.size();
  }

  /** From now on all hang: they take connections and requests, and answer none. */
  void fallSilent() {
    silent = true;
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  private Driver listening(String id, int number) throws IOException {
    byte[] address = {127, 1, (byte) (number >> 8), (byte) number};
    ServerSocketChannel channel = ServerSocketChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0), BACKLOG);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_ACCEPT, id);
    InetSocketAddress bound = (InetSocketAddress) channel.getLocalAddress();
    return new Driver(id, bound.getAddress().getHostAddress(), bound.getPort());
  }

  private void serve() {
    try {
      while (selector.isOpen()) {
        selector.select(this::serve);
      }
    } catch (ClosedSelectorException e) {
      // Closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (key.attachment() instanceof Visit visit) {
        read(key, visit);
      } else {
        accept((ServerSocketChannel) key.channel(), (String) key.attachment());
      }
    } catch (IOException e) {
      leave(key);
    }
  }

  private void accept(ServerSocketChannel listening, String id) throws IOException {
    SocketChannel channel = listening.accept();
    if (channel != null) {
      channel.configureBlocking(false);
      Visit visit = new Visit(id, ByteBuffer.allocate(LONGEST_REQUEST));
      channel.register(selector, SelectionKey.OP_READ, visit);
    }
  }

  private void read(SelectionKey key, Visit visit) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    ByteBuffer request = visit.request();
    if (channel.read(request) < 0 || !request.hasRemaining()) {
      leave(key);
      return;
    }
    String text = StandardCharsets.US_ASCII.decode(request.duplicate().flip()).toString();
    if (text.endsWith("\r\n\r\n")) {
      request.clear();
      if (!silent) {
        answer(channel, visit.id(), text.split(" ", 3)[1]);
      }
    }
  }

  private void answer(SocketChannel channel, String id, String path) throws IOException {
    if (path.equals("/api/v1/applications")) {
      Instant started = found.computeIfAbsent(id, first -> Instant.now());
      send(channel, "200 OK", application(id, started));
    } else if (path.equals("/api/v1/applications/" + id + "/environment")) {
      asked.add(id);
      send(channel, "200 OK", environment(id));
    } else {
      send(channel, "404 Not Found", "");
    }
  }

  private static void send(SocketChannel channel, String status, String body) throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, content.length);
    ByteBuffer answer = ByteBuffer.allocate(head.length() + content.length);
    answer.put(head.getBytes(StandardCharsets.US_ASCII)).put(content).flip();
    // Smaller than the buffer of any socket.
    while (answer.hasRemaining()) {
      channel.write(answer);
    }
  }

  private static String application(String id, Instant started) {
    return """
        [ {
          "id" : "%s",
          "name" : "Orders of the day, %1$s",
          "attempts" : [ {
            "startTime" : "%3$s",
            "endTime" : "1969-12-31T23:59:59.999GMT",
            "lastUpdated" : "%3$s",
            "duration" : 0,
            "sparkUser" : "ada",
            "completed" : false,
            "appSparkVersion" : "4.2.0",
            "startTimeEpoch" : %2$d,
            "endTimeEpoch" : -1,
            "lastUpdatedEpoch" : %2$d
          } ]
        } ]"""
        .formatted(id, started.toEpochMilli(), DATE.format(started));
  }

  private static String environment(String id) {
    return """
        { "sparkProperties" : [ [ "spark.app.id", "%s" ] ] }"""
        .formatted(id);
  }

  private static void leave(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      // Gone, either way.
    }
  }
}
