// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One connection of a client. It sends requests byte for byte, and returns each response with its
 * status, headers and body, also if it is truncated.
 */
public final class Browser implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /** Connects. */
  public Browser(int port) {
    this(port, 0);
  }

  /**
   * Connects.
   *
   * @param receiveBuffer the size of the receive buffer in bytes; 0 for the default of the system
   */
  public Browser(int port, int receiveBuffer) {
    try {
      socket = new Socket();
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a request without a body on a connection of its own. */
  public static Reply request(int port, String method, String target, String... headers) {
    try (Browser browser = new Browser(port)) {
      browser.send(method, target, headers);
      return browser.reply(method);
    }
  }

  /** Sends a request with a body of known length on a connection of its own. */
  public static Reply send(int port, String method, String target, String body, String... headers) {
    try (Browser browser = new Browser(port)) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      String[] more = Arrays.copyOf(headers, headers.length + 2);
      more[headers.length] = "Content-Length";
      more[headers.length + 1] = Integer.toString(bytes.length);
      browser.send(method, target, more);
      browser.write(bytes);
      return browser.reply(method);
    }
  }

  /** Sends the head of a request, with a {@code Host} header if the given headers have none. */
  public void send(String method, String target, String... headers) {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    boolean host = false;
    for (int i = 0; i < headers.length; i += 2) {
      head.append(headers[i] + ": " + headers[i + 1] + "\r\n");
      host |= headers[i].equalsIgnoreCase("Host");
    }
    if (!host) {
      head.append("Host: 127.0.0.1:" + socket.getPort() + "\r\n");
    }
    write(head.append("\r\n").toString());
  }

  /** Sends text unchanged. */
  public void write(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends bytes unchanged. */
  public void write(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the whole response to a request of this method, and skips interim responses (1xx). */
  public Reply reply(String method) {
    try {
      Reply head = head();
      while (head.status() < 200) {
        head = head();
      }
      return body(head, method);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads status and headers of the next response, which may be an interim one.
   *
   * @throws EOFException if the connection ends before
   */
  public Reply head() throws IOException {
    String statusLine = line();
    int status = Integer.parseInt(statusLine.split(" ")[1]);
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.add(Map.entry(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return new Reply(status, headers, new byte[0], true);
  }

  /** Reads the next chunk of a chunked body; empty at its end. */
  public byte[] chunk() throws IOException {
    // Jetty sends the line feed after a chunk together with the next chunk.
    String size = line();
    byte[] bytes = exactly(Integer.parseInt(size.isEmpty() ? line() : size, 16));
    if (bytes.length == 0) {
      line();
    }
    return bytes;
  }

  /** Waits for the next byte, or the end of the connection; true if the server has closed it. */
  public boolean isClosedByServer() throws IOException {
    return in.read() < 0;
  }

  /** Reads and drops this number of bytes of the body. */
  public void skip(long bytes) throws IOException {
    in.skipNBytes(bytes);
  }

  /** Reads everything until the server closes the connection, as it must do soon. */
  public String readToEnd() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (SocketTimeoutException e) {
      throw new UncheckedIOException("the connection stays open", e);
    } catch (IOException e) {
      // The connection was reset: all that was received before is returned.
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private Reply body(Reply head, String method) {
    if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
      return head;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean whole = true;
    try {
      Optional<Long> length = head.header("Content-Length").map(Long::parseLong);
      if (head.header("Transfer-Encoding").orElse("").toLowerCase(Locale.ROOT).equals("chunked")) {
        for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
          body.write(chunk);
        }
      } else if (length.isPresent()) {
        copy(length.get(), body);
      } else {
        in.transferTo(body);
      }
    } catch (SocketTimeoutException e) {
      throw new UncheckedIOException("the response neither continues nor ends", e);
    } catch (IOException e) {
      whole = false;
    }
    return new Reply(head.status(), head.headers(), body.toByteArray(), whole);
  }

  private void copy(long length, OutputStream to) throws IOException {
    for (long i = 0; i < length; i++) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("truncated");
      }
      to.write(b);
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("truncated");
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("truncated");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
