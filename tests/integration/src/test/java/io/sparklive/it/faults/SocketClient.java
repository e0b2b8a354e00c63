// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A browser down to the socket: one that may go away at any moment. */
final class SocketClient implements AutoCloseable {
  private final Socket socket;

  private SocketClient(int port) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(30_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Comes to the server on this port, and is let in: not left waiting in front of it, where many
   * that come at once may be for long.
   */
  static SocketClient at(int port) {
    SocketClient visitor = new SocketClient(port);
    visitor.send("HEAD /api/v1/version");
    String head = "";
    while (!head.endsWith("\r\n\r\n")) {
      head += visitor.read(1);
    }
    return visitor;
  }

  /** Asks for a path. */
  SocketClient ask(String path) {
    send("GET " + path);
    return this;
  }

  /** The status of the answer. */
  int status() {
    return Integer.parseInt(read(12).substring(9));
  }

  private void send(String request) {
    String whole = request + " HTTP/1.1\r\nHost: 127.0.0.1:" + socket.getPort() + "\r\n\r\n";
    try {
      socket.getOutputStream().write(whole.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the beginning of the answer. */
  String read(int bytes) {
    try {
      return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes as a browser does whose tab is closed. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes with an RST, as a browser does that is killed. */
  void vanish() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
