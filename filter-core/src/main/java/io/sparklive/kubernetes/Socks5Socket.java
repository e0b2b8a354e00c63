// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/**
 * A connection through a SOCKS5 proxy (RFC 1928), with user and password if the proxy URL has them
 * (RFC 1929). The proxy resolves the name of the target.
 */
final class Socks5Socket extends Socket {
  private static final int VERSION = 5;
  private static final int NO_LOGIN = 0;
  private static final int LOGIN = 2;
  private static final int LOGIN_VERSION = 1;
  private static final int CONNECT = 1;
  private static final int IPV4 = 1;
  private static final int NAME = 3;
  private static final int IPV6 = 4;

  // RFC 1928, section 6.
  private static final List<String> REPLIES =
      List.of(
          "succeeded",
          "general failure",
          "connection not allowed",
          "network unreachable",
          "host unreachable",
          "connection refused",
          "TTL expired",
          "command not supported",
          "address type not supported");

  private final ClusterProxy proxy;

  Socks5Socket(ClusterProxy proxy) {
    super(Proxy.NO_PROXY);
    this.proxy = proxy;
  }

  @Override
  public void connect(SocketAddress target, int timeout) throws IOException {
    InetSocketAddress address = new InetSocketAddress(proxy.host(), proxy.port());
    if (address.isUnresolved()) {
      throw new UnknownHostException(proxy.host());
    }
    super.connect(address, timeout);
    int readTimeout = getSoTimeout();
    setSoTimeout(timeout);
    negotiate((InetSocketAddress) target);
    setSoTimeout(readTimeout);
  }

  private void negotiate(InetSocketAddress target) throws IOException {
    DataInputStream in = new DataInputStream(getInputStream());
    byte[] methods =
        proxy.login().isPresent() ? new byte[] {NO_LOGIN, LOGIN} : new byte[] {NO_LOGIN};
    send(VERSION, methods.length, methods);
    requireVersion(in.readUnsignedByte(), VERSION);
    int method = in.readUnsignedByte();
    if (method == LOGIN && proxy.login().isPresent()) {
      logIn(proxy.login().get(), in);
    } else if (method != NO_LOGIN) {
      throw new SocketException("the SOCKS5 proxy requires a login that proxy-url does not have");
    }
    sendConnect(target);
    requireVersion(in.readUnsignedByte(), VERSION);
    int reply = in.readUnsignedByte();
    if (reply != 0) {
      throw new SocketException(
          "the SOCKS5 proxy reports: "
              + (reply < REPLIES.size() ? REPLIES.get(reply) : "code " + reply));
    }
    in.readUnsignedByte(); // reserved
    skipBoundAddress(in);
  }

  private void logIn(ClusterProxy.Login login, DataInputStream in) throws IOException {
    byte[] user = login.user().getBytes(UTF_8);
    byte[] password = login.password().getBytes(UTF_8);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(LOGIN_VERSION);
    message.write(user.length);
    message.write(user);
    message.write(password.length);
    message.write(password);
    getOutputStream().write(message.toByteArray());
    requireVersion(in.readUnsignedByte(), LOGIN_VERSION);
    if (in.readUnsignedByte() != 0) {
      throw new SocketException("the SOCKS5 proxy does not accept the user and the password");
    }
  }

  private void sendConnect(InetSocketAddress target) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream message = new DataOutputStream(bytes);
    message.write(new byte[] {VERSION, CONNECT, 0});
    InetAddress address = target.getAddress();
    String host = target.getHostString();
    if (host.equals(address.getHostAddress())) {
      byte[] literal = address.getAddress();
      message.writeByte(literal.length == 4 ? IPV4 : IPV6);
      message.write(literal);
    } else {
      byte[] name = host.getBytes(UTF_8);
      message.writeByte(NAME);
      message.writeByte(name.length);
      message.write(name);
    }
    message.writeShort(target.getPort());
    getOutputStream().write(bytes.toByteArray());
  }

  private static void skipBoundAddress(DataInputStream in) throws IOException {
    int length =
        switch (in.readUnsignedByte()) {
          case IPV4 -> 4;
          case IPV6 -> 16;
          case NAME -> in.readUnsignedByte();
          default -> throw new SocketException("the SOCKS5 proxy reports no address");
        };
    in.readFully(new byte[length + Short.BYTES]);
  }

  private static void requireVersion(int version, int expected) throws SocketException {
    if (version != expected) {
      throw new SocketException("the proxy does not speak SOCKS5");
    }
  }

  private void send(int first, int second, byte[] rest) throws IOException {
    byte[] message = new byte[2 + rest.length];
    message[0] = (byte) first;
    message[1] = (byte) second;
    System.arraycopy(rest, 0, message, 2, rest.length);
    getOutputStream().write(message);
  }
}
