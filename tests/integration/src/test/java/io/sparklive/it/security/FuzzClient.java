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
 * Somebody who says one thing to a server and then only listens.
 *
 * @param address one of those that the loopback interface has on Linux, so that what this visitor
 *     causes can be told from what others do
 */
record FuzzClient(InetAddress address) {
  private static final int PATIENCE_MILLIS = 20_000;

  /** The one of this number, from 0 to 65535. */
  static FuzzClient of(int number) {
    try {
      return new FuzzClient(
          InetAddress.getByAddress(new byte[] {127, 77, (byte) (number >> 8), (byte) number}));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The address as it is written. */
  String name() {
    return address.getHostAddress();
  }

  /** The addresses of the first so many. */
  static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(number -> of(number).name()).toList();
  }

  /**
   * Says this, as ISO 8859-1, and gives back all that the server says until it closes; what it has
   * said until then, where it resets the connection instead.
   *
   * @throws IOException if the server neither answers nor closes
   */
  String say(int port, String words) throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(address, 0));
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      send(socket, words.getBytes(StandardCharsets.ISO_8859_1));
      return listen(socket.getInputStream());
    }
  }

  private static void send(Socket socket, byte[] words) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(words);
      socket.shutdownOutput();
    } catch (IOException e) {
      // The server has heard enough.
    }
  }

  private static String listen(InputStream in) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        said.write(buffer, 0, read);
      }
    } catch (SocketException e) {
      // Reset, as servers do that have not read all.
    }
    return said.toString(StandardCharsets.ISO_8859_1);
  }
}
