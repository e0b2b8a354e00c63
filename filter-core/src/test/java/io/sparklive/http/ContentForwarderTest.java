// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

public class ContentForwarderTest {
  private static final int BUFFER = 64;
  private static final String LONG = "x".repeat(BUFFER);

  private final List<String> events = new ArrayList<>();
  private final StreamingExchange exchange = new StreamingExchange(EarlierHeaders.NONE);
  private final HttpServletResponse response = mock(HttpServletResponse.class);
  private final Response serverResponse = mock(Response.class);
  private final RecordedOutput output = new RecordedOutput();

  /** An output of which a test decides when it can be written and whether that fails. */
  private final class RecordedOutput extends ServletOutputStream {
    private @Nullable WriteListener listener;
    private boolean isReady = true;
    private boolean isBroken;

    @Override
    public boolean isReady() {
      return isReady;
    }

    @Override
    public void setWriteListener(WriteListener writeListener) {
      events.add("listen");
      listener = writeListener;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      if (isBroken) {
        throw new EOFException("closed");
      }
      events.add(new String(bytes, UTF_8));
    }

    @Override
    public void flush() {
      events.add("flush");
    }

    WriteListener listener() {
      return requireNonNull(listener, "writing has started");
    }

    void becomeReady() throws IOException {
      isReady = true;
      listener().onWritePossible();
    }
  }

  /** The content that has been received so far. */
  private static final class ReceivedContent implements Content.Source {
    private final List<Content.Chunk> chunks = new ArrayList<>();
    private Runnable demand = () -> {};

    static ReceivedContent parts(String... parts) {
      ReceivedContent received = new ReceivedContent();
      Stream.of(parts).forEach(received::add);
      return received;
    }

    private void add(String part) {
      chunks.add(Content.Chunk.from(ByteBuffer.wrap(part.getBytes(UTF_8)), false));
    }

    ReceivedContent end() {
      chunks.add(Content.Chunk.EOF);
      return this;
    }

    void arrives(String part) {
      add(part);
      demand.run();
    }

    void ends() {
      end();
      demand.run();
    }

    @Override
    public Content.@Nullable Chunk read() {
      return chunks.isEmpty() ? null : chunks.remove(0);
    }

    @Override
    public void demand(Runnable callback) {
      demand = callback;
      if (!chunks.isEmpty()) {
        callback.run();
      }
    }

    @Override
    public void fail(Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @BeforeEach
  void setUp() throws IOException {
    when(response.getOutputStream()).thenReturn(output);
    when(response.getBufferSize()).thenReturn(BUFFER);
    when(serverResponse.getHeaders()).thenReturn(HttpFields.build());
    when(serverResponse.abort(any())).thenReturn(CompletableFuture.completedFuture(false));
  }

  private ContentForwarder forwarder(Content.Source content, String tail) {
    return new ContentForwarder(
        exchange,
        response,
        serverResponse,
        content,
        tail.getBytes(UTF_8),
        Invocable.InvocationType.NON_BLOCKING,
        () -> events.add("complete"),
        failure -> events.add("fail"));
  }

  @Test
  void writesShortCompleteResponseAtOnce() {
    ContentForwarder forwarder = forwarder(ReceivedContent.parts("a", "b").end(), "");
    forwarder.start();
    forwarder.succeed();

    assertThat(events).containsExactly("ab", "complete");
  }

  @Test
  void flushesWhenNoMoreContentIsAvailable() throws IOException {
    ReceivedContent content = ReceivedContent.parts("a");
    ContentForwarder forwarder = forwarder(content, "");
    forwarder.start();
    output.becomeReady();
    content.chunks.add(Content.Chunk.from(ByteBuffer.wrap("b".getBytes(UTF_8)), false));
    content.arrives("c");
    content.ends();
    forwarder.succeed();

    assertThat(events).containsExactly("listen", "a", "flush", "b", "c", "flush", "complete");
  }

  @Test
  void neverFlushesResponseOfKnownLength() throws IOException {
    when(serverResponse.getHeaders()).thenReturn(HttpFields.build().put("Content-Length", "2"));
    ReceivedContent content = ReceivedContent.parts("a");
    ContentForwarder forwarder = forwarder(content, "");
    forwarder.start();
    output.becomeReady();
    content.arrives("b");
    content.ends();
    forwarder.succeed();

    assertThat(events).containsExactly("listen", "a", "b", "complete");
  }

  @Test
  void completesAfterLastPartIsWritten() throws IOException {
    ContentForwarder forwarder = forwarder(ReceivedContent.parts(LONG).end(), "tail");
    forwarder.start();
    forwarder.succeed();
    output.isReady = false;
    output.listener().onWritePossible();

    assertThat(events).containsExactly("listen");

    output.becomeReady();
    assertThat(events).containsExactly("listen", LONG, "flush", "tail", "complete");
  }

  /** The HTTP client may report a failure after the last part: a response with a wrong length. */
  @Test
  void completesOnlyOnceResponseHasSucceeded() throws IOException {
    ContentForwarder forwarder = forwarder(ReceivedContent.parts(LONG).end(), "tail");
    forwarder.start();
    output.becomeReady();

    assertThat(events).containsExactly("listen", LONG, "flush", "tail");

    forwarder.succeed();
    assertThat(events).containsExactly("listen", LONG, "flush", "tail", "complete");
  }

  @Test
  void writesTailOfEmptyResponse() throws IOException {
    ContentForwarder forwarder = forwarder(ReceivedContent.parts().end(), "tail");
    forwarder.start();
    forwarder.succeed();
    output.becomeReady();

    assertThat(events).containsExactly("listen", "tail", "complete");
  }

  /** An abort of the server's response has no effect then; the request would never end. */
  @Test
  void reportsWriteFailureAfterResponseSucceeded() throws IOException {
    ContentForwarder forwarder = forwarder(ReceivedContent.parts().end(), "tail");
    forwarder.start();
    forwarder.succeed();
    output.isBroken = true;
    output.becomeReady();
    output.listener().onError(new EOFException("closed"));

    assertThat(events).containsExactly("listen", "fail");
  }

  @Test
  void reportsWriteFailureBeforeResponseSucceeds() {
    output.isBroken = true;
    ContentForwarder forwarder = forwarder(ReceivedContent.parts("a").end(), "");
    forwarder.start();

    assertThat(events).isEmpty();

    forwarder.succeed();
    assertThat(events).containsExactly("fail");
  }

  @Test
  void writesNothingAfterResponseFailed() throws IOException {
    when(serverResponse.abort(any())).thenReturn(CompletableFuture.completedFuture(true));
    ReceivedContent content = ReceivedContent.parts("a");
    ContentForwarder forwarder = forwarder(content, "");
    forwarder.start();
    output.becomeReady();
    events.clear();
    content.chunks.add(Content.Chunk.from(new EOFException("truncated"), true));
    content.demand.run();

    assertThat(events).isEmpty();
  }
}
