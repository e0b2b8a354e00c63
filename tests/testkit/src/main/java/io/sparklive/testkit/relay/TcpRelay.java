package io.sparklive.testkit.relay;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port on 127.0.0.1 that leads to another one: what passes is not looked at, so that TLS goes
 * through. It can fall silent, drop what is open, or refuse to open more. Thread-safe.
 */
public final class TcpRelay implements AutoCloseable {
  private static final int POLL_MILLIS = 50;

  private final int target;
  private final int port;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger opened = new AtomicInteger();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "cluster-wire");
            thread.setDaemon(true);
            return thread;
          });
  private volatile ServerSocket listener;
  private volatile Future<?> accepting;
  private volatile boolean silent;

  /** Leads to this port. */
  public TcpRelay(int target) {
    this.target = target;
    listener = listen(0);
    port = listener.getLocalPort();
  }

  /** Where to connect. */
  public int port() {
    return port;
  }

  /** How many connections are open now. */
  public int open() {
    return links.size();
  }

  /** How many connections there have been. */
  public int opened() {
    return opened.get();
  }

  /** Takes connections and what is sent, and lets nothing through, as a stopped process. */
  public void silence() {
    silent = true;
  }

  /** Resets every connection. */
  public void drop() {
    links.forEach(Link::reset);
  }

  /** Resets every connection and refuses new ones, as where no process is. */
  public void refuse() {
    try {
      listener.close();
      // The kernel takes connections for as long as a thread waits for one.
      accepting.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    drop();
  }

  /** Works as at first, on the same port. What was sent in silence arrives now. */
  public void recover() {
    silent = false;
    if (listener.isClosed()) {
      listener = listen(port);
    }
  }

  @Override
  public void close() {
    refuse();
    threads.shutdownNow();
  }

  /** Tells whether the connection that comes from this port to the target is open. */
  public boolean carries(int from) {
    return links.stream().anyMatch(link -> link.server.getLocalPort() == from);
  }

  private ServerSocket listen(int at) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 500);
      accepting = threads.submit(() -> accept(socket));
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
        connect(client);
      }
    } catch (IOException e) {
      // Closed: nothing is to come in any more.
    }
  }

  private void connect(Socket client) {
    try {
      Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), target));
      links.add(link);
      threads.execute(link::sendRequests);
      threads.execute(link::sendAnswers);
    } catch (IOException e) {
      closeQuietly(client);
    }
  }

  private final class Link {
    private final Socket client;
    private final Socket server;

    Link(Socket client, Socket server) throws IOException {
      this.client = client;
      this.server = server;
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    void sendRequests() {
      pump(client, server);
    }

    void sendAnswers() {
      pump(server, client);
    }

    void reset() {
      try {
        client.setSoLinger(true, 0);
      } catch (IOException e) {
        // Closed already.
      }
      close();
    }

    private void pump(Socket from, Socket to) {
      byte[] buffer = new byte[16 * 1024];
      int held = 0;
      try {
        OutputStream out = to.getOutputStream();
        while (true) {
          // In silence it still looks whether the other side has gone.
          from.setSoTimeout(held > 0 ? POLL_MILLIS : 0);
          try {
            int room = buffer.length - held;
            int read = room == 0 ? pause() : from.getInputStream().read(buffer, held, room);
            if (read < 0) {
              break;
            }
            held += read;
          } catch (SocketTimeoutException e) {
            // Nothing more has come.
          }
          if (!silent) {
            out.write(buffer, 0, held);
            held = 0;
          }
        }
      } catch (IOException e) {
        // One of the two has gone, and so the other will.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      close();
    }

    private int pause() throws InterruptedException {
      Thread.sleep(POLL_MILLIS);
      return client.isClosed() ? -1 : 0;
    }

    private void close() {
      links.remove(this);
      closeQuietly(client);
      closeQuietly(server);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }
}
