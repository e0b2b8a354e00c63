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
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
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
  private final Set<RecordedRequest> lost =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
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

  /**
   * Whether the target closed the connection of this request without a response.
   *
   * @param request an element of the result of {@link #takeRequests}
   */
  public boolean hasLost(RecordedRequest request) {
    return lost.contains(request);
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
    private final ResponseTracker responses = new ResponseTracker(lost);

    RecordedConnection(Socket client, Socket server) {
      super(client, server);
      sent.add(bytes);
    }

    @Override
    void forwardRequests(InputStream in, OutputStream out) {
      InputStream recorded = new BufferedInputStream(new RecordedInput(in, bytes, out, responses));
      HttpRequestReader reader = new HttpRequestReader(recorded, Strictness.STRICT);
      try {
        while (hasMore(recorded)) {
          responses.onRequestBytes();
          RecordedRequest request = reader.next().orElseThrow();
          responses.onRequest(request);
          requests.add(request);
          lastRequest = System.nanoTime();
        }
      } catch (IOException e) {
        malformed.add(e.toString());
      }
    }

    private static boolean hasMore(InputStream in) throws IOException {
      in.mark(1);
      boolean more = in.read() >= 0;
      in.reset();
      return more;
    }

    @Override
    void forwardResponses(InputStream in, OutputStream out) throws IOException {
      try {
        responses.track(in).transferTo(out);
      } finally {
        // Otherwise the client has closed its connection, and then the relay the target's.
        if (!client.isClosed()) {
          responses.onTargetClosed();
        }
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

  /**
   * Finds the requests of one connection that got no response. The client sends a request when the
   * response to the one before has ended, like most HTTP clients. Thread-safe.
   */
  private static final class ResponseTracker {
    private final Set<RecordedRequest> lost;
    private boolean inRequest;
    private boolean responseBegun;
    private boolean targetClosed;
    private Optional<RecordedRequest> withoutResponse = Optional.empty();

    ResponseTracker(Set<RecordedRequest> lost) {
      this.lost = lost;
    }

    InputStream track(InputStream in) {
      return new FilterInputStream(in) {
        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          int count = in.read(buffer, offset, length);
          if (count > 0) {
            onResponseBytes();
          }
          return count;
        }
      };
    }

    /**
     * To be called before bytes are forwarded. And before a request is parsed: its bytes may have
     * been read with those of the one before.
     */
    synchronized void onRequestBytes() {
      if (!inRequest) {
        inRequest = true;
        responseBegun = false;
      }
    }

    synchronized void onRequest(RecordedRequest request) {
      inRequest = false;
      if (!responseBegun && targetClosed) {
        lost.add(request);
      } else if (!responseBegun) {
        withoutResponse = Optional.of(request);
      }
    }

    private synchronized void onResponseBytes() {
      responseBegun = true;
      withoutResponse = Optional.empty();
    }

    synchronized void onTargetClosed() {
      targetClosed = true;
      withoutResponse.ifPresent(lost::add);
    }
  }

  /** Records and forwards each byte that is read. A reset by the client is its end. */
  private static final class RecordedInput extends FilterInputStream {
    private final OutputStream record;
    private final OutputStream target;
    private final ResponseTracker responses;
    private boolean targetHasClosed;

    RecordedInput(
        InputStream in, OutputStream record, OutputStream target, ResponseTracker responses) {
      super(in);
      this.record = record;
      this.target = target;
      this.responses = responses;
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
        responses.onRequestBytes();
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
