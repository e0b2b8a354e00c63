// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A browser as a plain socket, which can disconnect at any time. */
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
   * Connects to the server on this port, and waits until the server has accepted the connection.
   * Many connections at once may wait in the backlog for long.
   */
  static SocketClient at(int port) {
    SocketClient client = new SocketClient(port);
    client.send("HEAD /api/v1/version");
    String head = "";
    while (!head.endsWith("\r\n\r\n")) {
      head += client.read(1);
    }
    return client;
  }

  /** Sends a GET request for a path. */
  SocketClient request(String path) {
    send("GET " + path);
    return this;
  }

  /** The status of the response. */
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

  /** Reads the beginning of the response. */
  String read(int bytes) {
    try {
      return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the connection with a FIN, like a browser whose tab is closed. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the connection with an RST, like a browser that is killed. */
  void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
