package io.sparklive.proxy;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Forwards the content of a server's response to the client of the proxy as it arrives. Parts that
 * have arrived together are written together. They are flushed when no more is there yet, unless
 * the response has a known length: such a response arrives in one go, and is spared the extra
 * writes.
 *
 * <p>If all of a short response is there at once, it is written without the asynchronous mode of
 * the container, which takes another thread. It fits into the buffer of the container, so that
 * write cannot block.
 *
 * <p>Used by one thread at a time: the thread that reads from the server, or the container's thread
 * that can write. Each hands it over with its last call, {@code demand}, {@code setWriteListener}
 * or an {@code isReady} that returns false.
 */
final class ContentForwarder implements WriteListener {
  /**
   * The part of its buffer up to which Jetty copies bytes into the buffer (the default of {@code
   * HttpConfiguration.setOutputAggregationSize}); it writes more bytes at once. Tomcat fills all of
   * its buffer.
   */
  private static final int COPIED_PART_OF_BUFFER = 4;

  private static final String ATTRIBUTE = ContentForwarder.class.getName();

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final Response serverResponse;
  private final Content.Source content;
  private final boolean isLengthUnknown;
  private final int longestAtOnce;
  private final Runnable resume =
      Invocable.from(Invocable.InvocationType.NON_BLOCKING, this::resume);
  private final Runnable collect =
      Invocable.from(Invocable.InvocationType.NON_BLOCKING, this::collect);

  private final ByteArrayOutputStream collected = new ByteArrayOutputStream(0);
  // Read by whichever thread finds that the response has failed.
  private volatile ServletOutputStream output;
  private Content.Chunk next;
  private Content.Chunk beingWritten;
  private boolean hasEnded;
  private boolean isUnflushed;
  private byte[] tail = {};
  private Runnable completion;
  private boolean isContentWritten;

  private ContentForwarder(
      HttpServletRequest request,
      HttpServletResponse response,
      Response serverResponse,
      Content.Source content,
      boolean isExtended) {
    this.request = request;
    this.response = response;
    this.serverResponse = serverResponse;
    this.content = content;
    this.isLengthUnknown = !serverResponse.getHeaders().contains(HttpHeader.CONTENT_LENGTH);
    // The container sends a response of known length with its last byte, and could block then.
    this.longestAtOnce =
        isLengthUnknown && !isExtended ? response.getBufferSize() / COPIED_PART_OF_BUFFER : 0;
  }

  /**
   * Begins to forward. To be called on the thread that reads from the server.
   *
   * @param isExtended whether bytes will follow the content
   */
  static void start(
      HttpServletRequest request,
      HttpServletResponse response,
      Response serverResponse,
      Content.Source content,
      boolean isExtended) {
    ContentForwarder forwarder =
        new ContentForwarder(request, response, serverResponse, content, isExtended);
    request.setAttribute(ATTRIBUTE, forwarder);
    forwarder.collect();
  }

  /** Whether a part of the content may have reached the client of the proxy. */
  static boolean hasBegun(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof ContentForwarder forwarder
        && forwarder.output != null;
  }

  /**
   * Completes the response, when its content has been written. To be called once, if the server's
   * response has succeeded.
   *
   * @param bytes follow the content
   * @param completion runs when all is written
   */
  static void end(HttpServletRequest request, byte[] bytes, Runnable completion) {
    if (request.getAttribute(ATTRIBUTE) instanceof ContentForwarder forwarder) {
      forwarder.end(bytes, completion);
    } else {
      // A response without content, such as one to HEAD.
      completion.run();
    }
  }

  private void end(byte[] bytes, Runnable whenWritten) {
    synchronized (this) {
      tail = bytes;
      completion = whenWritten;
      if (!isContentWritten) {
        // The thread that writes goes on with them. The client may call this while that thread
        // reads.
        return;
      }
    }
    complete();
  }

  private void complete() {
    if (tail.length == 0) {
      completion.run();
    } else if (output == null) {
      startWriting();
    } else {
      resume();
    }
  }

  /** Returns whether the response can be completed; otherwise {@link #end} will do that. */
  private synchronized boolean markContentWritten() {
    isContentWritten = true;
    return completion != null;
  }

  /** Reads what is there, until it turns out to be a whole response or the beginning of one. */
  private void collect() {
    try {
      while (true) {
        Content.Chunk chunk = content.read();
        if (chunk == null && collected.size() == 0) {
          content.demand(collect);
          return;
        }
        if (chunk == null) {
          startWriting();
          return;
        }
        if (Content.Chunk.isFailure(chunk)) {
          fail(chunk);
          return;
        }
        if (collected.size() + chunk.remaining() > longestAtOnce) {
          next = chunk;
          startWriting();
          return;
        }
        ByteBuffer bytes = chunk.getByteBuffer();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        collected.writeBytes(copy);
        chunk.release();
        if (chunk.isLast()) {
          writeAtOnce();
          return;
        }
      }
    } catch (IOException e) {
      onError(e);
    } catch (RuntimeException | Error e) {
      abort(e);
    }
  }

  private void writeAtOnce() throws IOException {
    if (collected.size() > 0) {
      output = response.getOutputStream();
      output.write(collected.toByteArray());
    }
    hasEnded = true;
    if (markContentWritten()) {
      complete();
    }
  }

  private void startWriting() {
    try {
      output = response.getOutputStream();
      // The container calls onWritePossible() on a thread of its own.
      output.setWriteListener(this);
    } catch (IOException e) {
      onError(e);
    } catch (RuntimeException | Error e) {
      abort(e);
    }
  }

  @Override
  public void onWritePossible() {
    resume();
  }

  private void resume() {
    try {
      write();
    } catch (IOException e) {
      onError(e);
    } catch (RuntimeException | Error e) {
      abort(e);
    }
  }

  private void write() throws IOException {
    while (output.isReady()) {
      release();
      if (collected.size() > 0) {
        byte[] bytes = collected.toByteArray();
        collected.reset();
        write(bytes, 0, bytes.length);
      } else if (!hasEnded) {
        if (!forwardNext()) {
          return;
        }
      } else if (!markContentWritten()) {
        // The response belongs to the container, which the client may have told that it is
        // complete.
        return;
      } else if (tail.length > 0) {
        byte[] bytes = tail;
        tail = new byte[0];
        write(bytes, 0, bytes.length);
      } else {
        completion.run();
        return;
      }
    }
  }

  /** Returns whether the output may be used any longer. */
  private boolean forwardNext() throws IOException {
    Content.Chunk chunk = read();
    if (chunk == null && isUnflushed && isLengthUnknown) {
      isUnflushed = false;
      output.flush();
      return true;
    }
    if (chunk == null) {
      content.demand(resume);
      return false;
    }
    if (Content.Chunk.isFailure(chunk)) {
      fail(chunk);
      return false;
    }
    hasEnded = chunk.isLast();
    if (!chunk.hasRemaining()) {
      chunk.release();
      return true;
    }
    beingWritten = chunk;
    ByteBuffer bytes = chunk.getByteBuffer();
    if (bytes.hasArray()) {
      write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } else {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      write(copy, 0, copy.length);
    }
    return true;
  }

  private Content.Chunk read() {
    if (next == null) {
      return content.read();
    }
    Content.Chunk chunk = next;
    next = null;
    return chunk;
  }

  private void write(byte[] bytes, int offset, int length) throws IOException {
    isUnflushed = true;
    output.write(bytes, offset, length);
  }

  private void release() {
    if (beingWritten != null) {
      beingWritten.release();
      beingWritten = null;
    }
  }

  private void fail(Content.Chunk failure) {
    abort(failure.getFailure());
    if (!failure.isLast()) {
      content.fail(failure.getFailure());
    }
  }

  private void abort(Throwable failure) {
    CompletableFuture<Boolean> unused = serverResponse.abort(failure);
  }

  /** The client of the proxy has gone. */
  @Override
  public void onError(Throwable failure) {
    StreamingProxy.markBrowserGone(request);
    abort(failure);
  }
}
