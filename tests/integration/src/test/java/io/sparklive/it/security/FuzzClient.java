// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A client that sends bytes once and then only reads.
 *
 * @param address an address of the loopback interface on Linux. Each client has its own, so the
 *     requests at the driver can be assigned to it
 */
record FuzzClient(InetAddress address) {
  private static final int PATIENCE_MILLIS = 20_000;

  /** The client with this number, from 0 to 65535. */
  static FuzzClient of(int number) {
    try {
      return new FuzzClient(
          InetAddress.getByAddress(new byte[] {127, 77, (byte) (number >> 8), (byte) number}));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The address as text. */
  String name() {
    return address.getHostAddress();
  }

  /** The addresses of the first clients. */
  static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(number -> of(number).name()).toList();
  }

  /**
   * Sends a text as ISO 8859-1, and returns everything that the server sends until it closes or
   * resets the connection.
   *
   * @throws IOException if the server neither responds nor closes
   */
  String exchange(int port, String input) throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(address, 0));
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      send(socket, input.getBytes(StandardCharsets.ISO_8859_1));
      return readAll(socket.getInputStream());
    }
  }

  private static void send(Socket socket, byte[] bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      // The server has closed the connection already.
    }
  }

  private static String readAll(InputStream in) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        received.write(buffer, 0, read);
      }
    } catch (SocketException e) {
      // Servers reset a connection if they have not read everything.
    }
    return received.toString(StandardCharsets.ISO_8859_1);
  }
}
