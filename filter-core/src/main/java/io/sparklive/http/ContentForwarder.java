package io.sparklive.http;

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

/**
 * Forwards the content of a server's response to the browser as it arrives. Parts that have arrived
 * together are written together, and flushed when no more is there yet. A response with a known
 * length is not flushed: most of them arrive in one go.
 *
 * <p>If all of a short response is there at once, it is written without the asynchronous mode of
 * the container, which takes another thread. It fits into the buffer of the container, so that
 * write cannot block.
 *
 * <p>Content is read and written by one thread at a time: the thread of the HTTP client that has
 * content to read, or the thread of the container that can write. Each hands over with its last
 * call, {@code demand}, {@code setWriteListener} or an {@code isReady} that returns false. Content
 * is only read where the HTTP client calls, so that the end of the response and its failures wait
 * for what is being read. How the response ends is guarded by the monitor.
 */
public final class ContentForwarder implements WriteListener {
  /**
   * The part of its buffer up to which Jetty copies bytes into the buffer (the default of {@code
   * HttpConfiguration.setOutputAggregationSize}); it writes more bytes at once. Tomcat fills all of
   * its buffer.
   */
  private static final int COPIED_PART_OF_BUFFER = 4;

  private static final byte[] NOTHING = {};

  private final StreamingExchange exchange;
  private final HttpServletResponse response;
  private final Response serverResponse;
  private final Content.Source content;
  private final byte[] tail;
  private final boolean isLengthUnknown;
  private final int longestAtOnce;
  private final Runnable collectMore;
  private final Runnable forwardMore;
  private final Runnable completion;
  private final Consumer<Throwable> failureHandler;

  // Read by any thread that finds that the response has failed.
  private volatile ServletOutputStream output;
  private byte[] unwritten = NOTHING;
  private boolean isUnflushed;
  private boolean isRead;
  private boolean isTailWritten;

  // Guarded by this.
  private boolean hasSucceeded;
  private boolean isWritten;
  private boolean isOver;
  private Throwable failure;

  /**
   * @param tail bytes that follow the content
   * @param invocation whether the threads of the HTTP client may block
   * @param completion runs when the response has succeeded and all is written
   * @param failureHandler handles a failure to write after the response has succeeded; any other
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
    // The container sends a response of known length with its last byte, and could block then.
    this.longestAtOnce =
        isLengthUnknown && isTailWritten ? response.getBufferSize() / COPIED_PART_OF_BUFFER : 0;
    this.collectMore = Invocable.from(invocation, this::collect);
    this.forwardMore = Invocable.from(invocation, this::forward);
    this.completion = completion;
    this.failureHandler = failureHandler;
  }

  /** Begins. To be called where the HTTP client says that there may be content. */
  void start() {
    collect();
  }

  /** Whether a part of the content may have reached the browser. */
  boolean hasBegun() {
    return output != null;
  }

  /** The server's response has succeeded: completes, now or when all is written. */
  void succeed() {
    synchronized (this) {
      hasSucceeded = true;
      if (!isWritten && failure == null) {
        return;
      }
    }
    finish();
  }

  /** Reads what is there, until it turns out to be a whole response or the beginning of one. */
  private void collect() {
    ByteArrayOutputStream collected = new ByteArrayOutputStream();
    try {
      while (!isRead && collected.size() <= longestAtOnce) {
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
      if (isRead && unwritten.length <= longestAtOnce) {
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
      output = response.getOutputStream();
      output.write(unwritten);
      unwritten = NOTHING;
    }
    if (isTailWritten) {
      markWritten();
    } else {
      startWriting();
    }
  }

  private void startWriting() throws IOException {
    output = response.getOutputStream();
    // The container calls onWritePossible() on a thread of its own.
    output.setWriteListener(this);
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
        // Only now: the output of a response that has failed may belong to another request.
        unwritten = take(chunk);
        write(true);
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  /**
   * @param mayRead whether the HTTP client has called
   */
  private void write(boolean mayRead) throws IOException {
    while (output.isReady()) {
      if (unwritten.length > 0) {
        byte[] bytes = unwritten;
        unwritten = NOTHING;
        isUnflushed = true;
        output.write(bytes);
      } else if (isRead && isTailWritten) {
        markWritten();
        return;
      } else if (isRead) {
        unwritten = tail;
        isTailWritten = true;
      } else {
        Content.Chunk chunk = mayRead ? content.read() : null;
        if (chunk != null && abortIfFailed(chunk)) {
          return;
        } else if (chunk != null) {
          unwritten = take(chunk);
        } else if (isUnflushed && isLengthUnknown) {
          isUnflushed = false;
          output.flush();
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

  /** Returns whether the chunk tells that the response has failed. */
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

  /** The browser has gone. */
  @Override
  public void onError(Throwable cause) {
    fail(cause instanceof IOException ? cause : new IOException(cause));
  }

  private void fail(Throwable cause) {
    if (cause instanceof IOException) {
      exchange.markBrowserGone();
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

  /** The response of the server is over, but not all of it is written. */
  private void failAfterResponse(Throwable cause) {
    synchronized (this) {
      failure = cause;
      if (!hasSucceeded) {
        // Its failure has been handled, or its success is yet to be told.
        return;
      }
    }
    finish();
  }

  private void finish() {
    Throwable cause;
    synchronized (this) {
      if (isOver) {
        return;
      }
      isOver = true;
      cause = failure;
    }
    if (cause == null) {
      completion.run();
    } else {
      failureHandler.accept(cause);
    }
  }
}
