// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.driver;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * A connection to a fake driver, with the request that was received on it last. It belongs to the
 * thread that plays a {@link Script} on it.
 */
public final class DriverConnection {
  private final Socket socket;
  private final InputStream in;
  private final boolean keptAlive;
  private ReceivedRequest request = new ReceivedRequest("", "", Map.of(), "");
  private boolean bodyRead;
  private boolean reusable;

  DriverConnection(Socket socket, boolean keptAlive) throws IOException {
    this.socket = socket;
    this.keptAlive = keptAlive;
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** The request to respond to. */
  public ReceivedRequest request() {
    return request;
  }

  /** The bytes that follow the head of the request, as the client sends them. */
  public InputStream in() {
    return in;
  }

  /** Sends a text in UTF-8 as it is. */
  public void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends bytes as they are. */
  public void write(byte[] bytes) throws IOException {
    reusable = false;
    socket.getOutputStream().write(bytes);
  }

  /** Sends a complete response, after which the connection can serve the next request. */
  public void respond(Response response) throws IOException {
    write(response.bytes(request.method().equals("HEAD"), !keptAlive));
    reusable = keptAlive && !response.closesConnection();
  }

  /** Closes the connection so that the client receives a reset and no end. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /**
   * Waits until the client closes the connection or sends more.
   *
   * @return whether it closed the connection
   */
  public boolean awaitClose() throws IOException {
    return in.read() < 0;
  }

  /**
   * Waits until the client closes the connection or sends more, but only so long.
   *
   * @param longest more than zero
   * @return whether it closed the connection
   */
  public boolean awaitClose(Duration longest) throws IOException {
    socket.setSoTimeout((int) longest.toMillis());
    try {
      return awaitClose();
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(0);
    }
  }

  /** Reads the head of the next request. */
  void readRequest() throws IOException {
    request = ReceivedRequest.parse(readThrough("\r\n\r\n"));
    bodyRead = false;
    reusable = false;
  }

  /** Reads the body of the request, and has the client send it if it waits for that. */
  ReceivedRequest readBody() throws IOException {
    if (request.header("Expect").equalsIgnoreCase("100-continue")) {
      write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    bodyRead = true;
    return request.withBody(body());
  }

  /** Whether the next request may follow; reads the rest of this one. */
  boolean awaitsNext() throws IOException {
    if (reusable && !bodyRead) {
      body();
    }
    return reusable;
  }

  private byte[] body() throws IOException {
    if (!request.header("Transfer-Encoding").equalsIgnoreCase("chunked")) {
      String length = request.header("Content-Length");
      return length.isEmpty() ? new byte[0] : in.readNBytes(Integer.parseInt(length));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int length = chunkLength();
    while (length > 0) {
      body.writeBytes(in.readNBytes(length));
      readThrough("\r\n");
      length = chunkLength();
    }
    readThrough("\r\n");
    return body.toByteArray();
  }

  private int chunkLength() throws IOException {
    return Integer.parseInt(readThrough("\r\n").split("[;\r]", 2)[0], 16);
  }

  private String readThrough(String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < end.length() || text.indexOf(end, text.length() - end.length()) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      text.append((char) next);
    }
    return text.toString();
  }
}
