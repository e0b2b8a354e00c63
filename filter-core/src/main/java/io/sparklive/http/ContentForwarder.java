// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Forwards the content of a server's response to the browser as it arrives. Parts that have arrived
 * together are written together. When no more content has arrived, they are flushed. A response
 * with a known length is not flushed: most such responses arrive in one part.
 *
 * <p>If a short response is complete at once, it is written without the asynchronous mode of the
 * container, which takes another thread. The response fits into the buffer of the container, so
 * that the write cannot block.
 *
 * <p>Ownership: one instance belongs to one response of the server, and one thread at a time owns
 * its content and output. The owner is the HTTP client's thread that has content to read, or the
 * container's thread that can write. Each passes the ownership on with its last call: {@code
 * demand}, {@code setWriteListener}, or an {@code isReady} that returns false. Content is read only
 * in a call of the HTTP client, so that the end of the response and its failures wait for the
 * content that is being read.
 *
 * <p>Thread safety: the owner alone uses the unwritten bytes and the flags about them, without a
 * lock. The calls above publish them to the next owner. Any thread may call {@link #hasBegun},
 * {@link #succeed} and {@link #onError}; the end of the response is guarded by the monitor, and
 * only the first end counts.
 */
public final class ContentForwarder implements WriteListener {
  /**
   * The part of its buffer up to which Jetty copies bytes into the buffer (the default of {@code
   * HttpConfiguration.setOutputAggregationSize}); it writes more bytes at once. Tomcat fills all of
   * its buffer.
   */
  private static final int COPIED_PART_OF_BUFFER = 4;

  private static final byte[] EMPTY = {};

  private final StreamingExchange exchange;
  private final HttpServletResponse response;
  private final Response serverResponse;
  private final Content.Source content;
  private final byte[] tail;
  private final boolean isLengthUnknown;
  private final int maxWrittenAtOnce;
  private final Runnable collectMore;
  private final Runnable forwardMore;
  private final Runnable completion;
  private final Consumer<Throwable> failureHandler;

  // Null until writing starts. Any thread may read it after the response has failed.
  private volatile @Nullable ServletOutputStream output;
  // Used by the owner only.
  private byte[] unwritten = EMPTY;
  private boolean isUnflushed;
  private boolean isRead;
  private boolean isTailWritten;

  // Guarded by the monitor.
  private boolean hasSucceeded;
  private boolean isWritten;
  private boolean isFinished;
  private @Nullable Throwable failure;

  /**
   * @param tail bytes that follow the content
   * @param invocation whether the threads of the HTTP client may block
   * @param completion runs once, after the response has succeeded and all of it is written
   * @param failureHandler receives a failure to write after the response has succeeded; any other
   *     failure aborts the response
   */
  ContentForwarder(
      StreamingExchange exchange,
      HttpServletResponse response,
      Response serverResponse,
      Content.Source content,
      byte[] tail,
      Invocable.InvocationType invocation,
      Runnable completion,
      Consumer<Throwable> failureHandler) {
    this.exchange = exchange;
    this.response = response;
    this.serverResponse = serverResponse;
    this.content = content;
    this.tail = tail.clone();
    this.isTailWritten = tail.length == 0;
    this.isLengthUnknown = !serverResponse.getHeaders().contains(HttpHeader.CONTENT_LENGTH);
    // The container sends a response of known length with its last byte; that write could block.
    this.maxWrittenAtOnce =
        isLengthUnknown && isTailWritten ? response.getBufferSize() / COPIED_PART_OF_BUFFER : 0;
    this.collectMore = Invocable.from(invocation, this::collect);
    this.forwardMore = Invocable.from(invocation, this::forward);
    this.completion = completion;
    this.failureHandler = failureHandler;
  }

  /** Starts to forward. The HTTP client calls it when there may be content. */
  void start() {
    collect();
  }

  /** Whether a part of the content may have reached the browser. */
  boolean hasBegun() {
    return output != null;
  }

  /** Called when the server's response has succeeded: completes now, or when all is written. */
  void succeed() {
    synchronized (this) {
      hasSucceeded = true;
      if (!isWritten && failure == null) {
        return;
      }
    }
    finish();
  }

  /**
   * Reads the content that has arrived. If it is a complete short response, it is written at once;
   * if it is the beginning of a response, asynchronous writing starts.
   */
  private void collect() {
    ByteArrayOutputStream collected = new ByteArrayOutputStream();
    try {
      while (!isRead && collected.size() <= maxWrittenAtOnce) {
        Content.Chunk chunk = content.read();
        if (chunk == null) {
          break;
        }
        if (abortIfFailed(chunk)) {
          return;
        }
        collected.writeBytes(take(chunk));
      }
      unwritten = collected.toByteArray();
      if (isRead && unwritten.length <= maxWrittenAtOnce) {
        writeAtOnce();
      } else if (isRead || unwritten.length > 0) {
        startWriting();
      } else {
        content.demand(collectMore);
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private void writeAtOnce() throws IOException {
    if (unwritten.length > 0) {
      ServletOutputStream stream = response.getOutputStream();
      output = stream;
      stream.write(unwritten);
      unwritten = EMPTY;
    }
    if (isTailWritten) {
      markWritten();
    } else {
      startWriting();
    }
  }

  private void startWriting() throws IOException {
    ServletOutputStream stream = response.getOutputStream();
    output = stream;
    // The container calls onWritePossible() on a thread of its own.
    stream.setWriteListener(this);
  }

  @Override
  public void onWritePossible() {
    try {
      write(false);
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private void forward() {
    try {
      Content.Chunk chunk = content.read();
      if (chunk == null) {
        content.demand(forwardMore);
      } else if (!abortIfFailed(chunk)) {
        // Not before: the output of a failed response may belong to another request.
        unwritten = take(chunk);
        write(true);
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  /**
   * Writes as long as the container accepts bytes.
   *
   * @param isReadable whether the HTTP client has called, so that content may be read
   */
  private void write(boolean isReadable) throws IOException {
    ServletOutputStream stream = requireNonNull(output, "writing has started");
    while (stream.isReady()) {
      if (unwritten.length > 0) {
        byte[] bytes = unwritten;
        unwritten = EMPTY;
        isUnflushed = true;
        stream.write(bytes);
      } else if (isRead && isTailWritten) {
        markWritten();
        return;
      } else if (isRead) {
        unwritten = tail;
        isTailWritten = true;
      } else {
        Content.Chunk chunk = isReadable ? content.read() : null;
        if (chunk != null && abortIfFailed(chunk)) {
          return;
        } else if (chunk != null) {
          unwritten = take(chunk);
        } else if (isUnflushed && isLengthUnknown) {
          isUnflushed = false;
          stream.flush();
        } else {
          content.demand(forwardMore);
          return;
        }
      }
    }
  }

  private byte[] take(Content.Chunk chunk) {
    isRead = chunk.isLast();
    ByteBuffer buffer = chunk.getByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    chunk.release();
    return bytes;
  }

  /** Aborts the response if the chunk reports a failure; returns whether it does. */
  private boolean abortIfFailed(Content.Chunk chunk) {
    if (!Content.Chunk.isFailure(chunk)) {
      return false;
    }
    CompletableFuture<Boolean> unused = serverResponse.abort(chunk.getFailure());
    if (!chunk.isLast()) {
      content.fail(chunk.getFailure());
    }
    return true;
  }

  private void markWritten() {
    synchronized (this) {
      isWritten = true;
      if (!hasSucceeded) {
        return;
      }
    }
    finish();
  }

  /** Called by the container if the browser has disconnected. */
  @Override
  public void onError(Throwable cause) {
    fail(cause instanceof IOException ? cause : new IOException(cause));
  }

  private void fail(Throwable cause) {
    if (cause instanceof IOException) {
      exchange.markBrowserDisconnected();
    }
    CompletableFuture<Void> unused =
        serverResponse
            .abort(cause)
            .thenAccept(
                isAborted -> {
                  if (!isAborted) {
                    failAfterResponse(cause);
                  }
                });
  }

  /** The server's response has ended, but not all of it is written. */
  private void failAfterResponse(Throwable cause) {
    synchronized (this) {
      failure = cause;
      if (!hasSucceeded) {
        // Its failure has been handled, or succeed() is still to be called.
        return;
      }
    }
    finish();
  }

  private void finish() {
    @Nullable Throwable cause;
    synchronized (this) {
      if (isFinished) {
        return;
      }
      isFinished = true;
      cause = failure;
    }
    if (cause == null) {
      completion.run();
    } else {
      failureHandler.accept(cause);
    }
  }
}
