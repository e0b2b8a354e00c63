// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.driver;

import static io.sparklive.testkit.driver.RunningApplication.LIST;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * As many drivers as a cluster has, on one thread: each has a loopback address and a port of its
 * own, and sends its list of applications and its environment. Its application started when the
 * list was first requested. Everything else is not found. Thread-safe.
 */
public final class FakeDrivers implements AutoCloseable {
  private static final int LONGEST_REQUEST = 4 * 1024;
  private static final int BACKLOG = 512;

  private final List<Driver> drivers = new ArrayList<>();
  private final Map<String, Instant> found = new ConcurrentHashMap<>();
  private final Set<String> settingsRead = ConcurrentHashMap.newKeySet();
  private final Selector selector;
  private volatile boolean silent;

  /** Starts so many, with ids that begin with the prefix. */
  public FakeDrivers(String prefix, int count) throws IOException {
    selector = Selector.open();
    for (int i = 0; i < count; i++) {
      drivers.add(listening("%s-%05d".formatted(prefix, i), i));
    }
    Thread thread = new Thread(this::serve, "fake-drivers");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * One of them.
   *
   * @param id the id of its application
   * @param host its address, which no other has
   * @param port its port
   */
  public record Driver(String id, String host, int port) {}

  /** A connection to one of them, and the part of the request that was received on it. */
  private record Connection(String id, ByteBuffer request) {}

  /** All of them, in the order of their ids. */
  public List<Driver> drivers() {
    return List.copyOf(drivers);
  }

  /** Their addresses as {@code host:port}, separated by commas. */
  public String addresses() {
    return drivers.stream().map(d -> d.host() + ":" + d.port()).collect(Collectors.joining(","));
  }

  /** How many sent their list of applications. */
  public int found() {
    return found.size();
  }

  /** How many sent their environment, which is the last that the filter polls. */
  public int settingsRead() {
    return settingsRead.size();
  }

  /** All accept connections and requests from now on, and respond to none. */
  public void silence() {
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
      if (key.attachment() instanceof Connection connection) {
        read(key, connection);
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
      Connection connection = new Connection(id, ByteBuffer.allocate(LONGEST_REQUEST));
      channel.register(selector, SelectionKey.OP_READ, connection);
    }
  }

  private void read(SelectionKey key, Connection connection) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    ByteBuffer request = connection.request();
    if (channel.read(request) < 0 || !request.hasRemaining()) {
      leave(key);
      return;
    }
    String head = StandardCharsets.US_ASCII.decode(request.duplicate().flip()).toString();
    if (head.endsWith("\r\n\r\n")) {
      request.clear();
      if (!silent) {
        ReceivedRequest received = ReceivedRequest.parse(head);
        ByteBuffer response =
            ByteBuffer.wrap(responseTo(received.target(), connection.id()).bytes(false, false));
        // Smaller than the buffer of any socket.
        while (response.hasRemaining()) {
          channel.write(response);
        }
      }
    }
  }

  private Response responseTo(String target, String id) {
    RunningApplication application = RunningApplication.of(id).withName("Orders of the day, " + id);
    if (target.equals(LIST)) {
      Instant started = found.computeIfAbsent(id, first -> Instant.now());
      return Response.json(application.withStarted(started).list());
    }
    if (target.equals(application.path() + "/environment")) {
      settingsRead.add(id);
      return Response.json(application.environment());
    }
    return Response.of(404, "", "Content-Type", "application/json");
  }

  private static void leave(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      // Closed already.
    }
  }
}
