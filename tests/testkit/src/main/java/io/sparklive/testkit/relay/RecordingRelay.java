// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.relay;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * A relay that records what passes towards the target: every byte before it is forwarded, and every
 * request after it has been forwarded. If a connection carries something else than requests in the
 * strict form of RFC 9112, the relay records the error and closes it. A target that has closed its
 * side ends only the responses: the relay still reads the requests of the client. Thread-safe.
 */
public final class RecordingRelay extends TcpRelay {
  private final Queue<ByteArrayOutputStream> sent = new ConcurrentLinkedQueue<>();
  private final Queue<RecordedRequest> requests = new ConcurrentLinkedQueue<>();
  private final Queue<String> malformed = new ConcurrentLinkedQueue<>();
  private volatile long lastRequest = System.nanoTime();

  private RecordingRelay(int target) {
    super(target);
  }

  /** Starts a relay to this port of 127.0.0.1. */
  public static RecordingRelay to(int target) {
    RecordingRelay relay = new RecordingRelay(target);
    relay.start();
    return relay;
  }

  /** All bytes that have passed towards the target, in ISO 8859-1, connection after connection. */
  public String sent() {
    return sent.stream()
        .map(bytes -> bytes.toString(StandardCharsets.ISO_8859_1))
        .collect(Collectors.joining("\n"));
  }

  /** Removes and returns the requests that have passed since the last call, in their order. */
  public List<RecordedRequest> takeRequests() {
    List<RecordedRequest> all = new ArrayList<>();
    for (RecordedRequest one = requests.poll(); one != null; one = requests.poll()) {
      all.add(one);
    }
    return all;
  }

  /** The time since the last request, or since the start. */
  public Duration idleTime() {
    return Duration.ofNanos(System.nanoTime() - lastRequest);
  }

  /** The errors of input that is no request in the strict form. */
  public List<String> malformedInput() {
    return List.copyOf(malformed);
  }

  @Override
  Connection connection(Socket client, Socket server) {
    return new RecordedConnection(client, server);
  }

  private final class RecordedConnection extends Connection {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    RecordedConnection(Socket client, Socket server) {
      super(client, server);
      sent.add(bytes);
    }

    @Override
    void forwardRequests(InputStream in, OutputStream out) {
      HttpRequestReader reader =
          new HttpRequestReader(
              new BufferedInputStream(new RecordedInput(in, bytes, out)), Strictness.STRICT);
      try {
        for (Optional<RecordedRequest> one = reader.next(); one.isPresent(); one = reader.next()) {
          requests.add(one.get());
          lastRequest = System.nanoTime();
        }
      } catch (IOException e) {
        malformed.add(e.toString());
      }
    }

    @Override
    void endResponses() {
      try {
        client.shutdownOutput();
      } catch (IOException e) {
        // The client has closed its connection.
      }
    }
  }

  /** Records and forwards each byte that is read. A reset by the client is its end. */
  private static final class RecordedInput extends FilterInputStream {
    private final OutputStream record;
    private final OutputStream target;
    private boolean targetHasClosed;

    RecordedInput(InputStream in, OutputStream record, OutputStream target) {
      super(in);
      this.record = record;
      this.target = target;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count;
      try {
        count = in.read(buffer, offset, length);
      } catch (IOException e) {
        return -1;
      }
      if (count > 0) {
        record.write(buffer, offset, count);
        forward(buffer, offset, count);
      }
      return count;
    }

    private void forward(byte[] buffer, int offset, int count) {
      try {
        if (!targetHasClosed) {
          target.write(buffer, offset, count);
        }
      } catch (IOException e) {
        targetHasClosed = true;
      }
    }
  }
}
