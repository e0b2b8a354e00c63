// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** A factory of unconnected sockets: OkHttp uses no others. */
final class PlainSockets extends SocketFactory {
  private final Source source;

  /** Creates one socket. */
  @FunctionalInterface
  interface Source {
    Socket get() throws IOException;
  }

  PlainSockets(Source source) {
    this.source = source;
  }

  @Override
  public Socket createSocket() throws IOException {
    return source.get();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }
}
