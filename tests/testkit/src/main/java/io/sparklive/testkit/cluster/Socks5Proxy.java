// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A SOCKS5 proxy (RFC 1928, RFC 1929) on a free port of 127.0.0.1. It connects to one port of this
 * machine, whatever host a client names, or responds to each client with a failure. Thread-safe.
 */
public final class Socks5Proxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final int reply;
  private final Optional<String> login;
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "socks5");
            thread.setDaemon(true);
            return thread;
          });

  private Socks5Proxy(int target, int reply, Optional<String> login) {
    this.target = target;
    this.reply = reply;
    this.login = login;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Starts a proxy for any client. */
  public static Socks5Proxy to(int target) {
    return new Socks5Proxy(target, 0, Optional.empty());
  }

  /** Starts a proxy that requires a login. */
  public static Socks5Proxy withLogin(int target, String user, String password) {
    return new Socks5Proxy(target, 0, Optional.of(user + "\n" + password));
  }

  /** Starts a proxy that responds to each connect request with this code (RFC 1928, section 6). */
  public static Socks5Proxy failing(int reply) {
    return new Socks5Proxy(0, reply, Optional.empty());
  }

  /** The port of this proxy. */
  public int port() {
    return listener.getLocalPort();
  }

  /** The hosts and ports of all connections, in the form in which the clients named them. */
  public List<String> targets() {
    return List.copyOf(targets);
  }

  @Override
  public void close() {
    closeQuietly(listener);
    open.forEach(Socks5Proxy::closeQuietly);
    threads.shutdownNow();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        open.add(client);
        threads.execute(() -> serve(client));
      }
    } catch (IOException e) {
      // The listener is closed.
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      if (!greet(in, out)) {
        return;
      }
      in.skipNBytes(3);
      String host = host(in);
      targets.add(host + ":" + in.readUnsignedShort());
      out.write(new byte[] {5, (byte) reply, 0, 1, 127, 0, 0, 1, 0, 0});
      if (reply == 0) {
        relay(client, in, out);
      }
    } catch (IOException e) {
      // One of the two sides has closed its connection.
    } finally {
      open.remove(client);
    }
  }

  private void relay(Socket client, DataInputStream in, OutputStream out) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      open.add(server);
      threads.execute(
          () -> {
            try (client) {
              server.getInputStream().transferTo(out);
            } catch (IOException e) {
              // One of the two sides has closed its connection.
            }
          });
      in.transferTo(server.getOutputStream());
      open.remove(server);
    }
  }

  private boolean greet(DataInputStream in, OutputStream out) throws IOException {
    in.readUnsignedByte();
    byte[] methods = in.readNBytes(in.readUnsignedByte());
    byte wanted = (byte) (login.isPresent() ? 2 : 0);
    boolean offered = new String(methods, UTF_8).indexOf(wanted) >= 0;
    out.write(new byte[] {5, offered ? wanted : (byte) 0xFF});
    if (!offered || login.isEmpty()) {
      return offered;
    }
    in.readUnsignedByte();
    String user = new String(in.readNBytes(in.readUnsignedByte()), UTF_8);
    String password = new String(in.readNBytes(in.readUnsignedByte()), UTF_8);
    boolean accepted = login.get().equals(user + "\n" + password);
    out.write(new byte[] {1, (byte) (accepted ? 0 : 1)});
    return accepted;
  }

  private static String host(DataInputStream in) throws IOException {
    int type = in.readUnsignedByte();
    return switch (type) {
      case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
      case 3 -> new String(in.readNBytes(in.readUnsignedByte()), UTF_8);
      case 4 -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
      default -> throw new IOException("an address of the type " + type);
    };
  }

  private static void closeQuietly(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      // It is closed then.
    }
  }
}
