// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.relay.Fault.Kind;
import io.sparklive.testkit.relay.Fault.Stage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("kit")
class RelayTest {
  private static final int SHORT_MILLIS = 200;
  private static final int LONG_MILLIS = 10_000;
  private static final String REQUEST = "GET /jobs/?page=1 HTTP/1.1\r\nHost: driver\r\n\r\n";
  private static final String POST =
      "POST /kill/ HTTP/1.1\r\nHost: driver\r\nContent-Length: 4\r\n\r\nid=1";
  private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n2\r\nef\r\n0\r\n\r\n";

  @Test
  void forwardsBothDirectionsAndCountsConnections() throws IOException {
    try (Server server = Server.echo();
        TcpRelay relay = TcpRelay.to(server.port());
        Client one = new Client(relay)) {
      assertThat(relay.address()).isEqualTo("127.0.0.1:" + relay.port());
      one.send("a");
      assertThat(one.receive(1)).isEqualTo("a");
      assertThat(relay.carries(server.remotePorts().get(0))).isTrue();
      try (Client other = new Client(relay)) {
        other.send("b");
        assertThat(other.receive(1)).isEqualTo("b");
        assertThat(relay.openConnections()).isEqualTo(2);
      }
      await().until(() -> relay.openConnections() == 1);
      assertThat(relay.mostOpenConnections()).isEqualTo(2);
      assertThat(relay.mostOpenConnections()).isEqualTo(1);
      assertThat(relay.openedConnections()).isEqualTo(2);
      assertThat(relay.carries(server.remotePorts().get(1))).isFalse();
    }
  }

  @Test
  void forwardsDelayedBytesAfterRecovery() throws IOException {
    try (Server server = Server.echo();
        TcpRelay relay = TcpRelay.to(server.port());
        Client client = new Client(relay)) {
      relay.silence();
      client.send("held ");
      client.send("back");
      client.assertSilence();
      relay.recover();
      assertThat(client.receive(9)).isEqualTo("held back");
    }
  }

  @Test
  void detectsClientCloseDuringSilence() throws IOException {
    try (Server server = Server.echo();
        TcpRelay relay = TcpRelay.to(server.port())) {
      relay.silence();
      try (Client client = new Client(relay)) {
        client.send("x");
        await().until(() -> relay.openConnections() == 1);
      }
      await().until(() -> relay.openConnections() == 0);
    }
  }

  @Test
  void refusesConnectionsUntilItRecovers() throws IOException {
    try (Server server = Server.echo();
        TcpRelay relay = TcpRelay.to(server.port());
        Client client = new Client(relay)) {
      client.send("x");
      assertThat(client.receive(1)).isEqualTo("x");
      relay.refuseConnections();
      assertThatThrownBy(() -> client.receive(1)).isInstanceOf(SocketException.class);
      assertThatThrownBy(() -> new Client(relay)).isInstanceOf(ConnectException.class);
      relay.recover();
      try (Client later = new Client(relay)) {
        later.send("y");
        assertThat(later.receive(1)).isEqualTo("y");
      }
    }
  }

  @Test
  void redirectsToAnotherTargetAndResetsOpenConnections() throws IOException {
    try (Server first = Server.sending("first");
        Server second = Server.sending("second");
        TcpRelay relay = TcpRelay.to(first.port());
        Client client = new Client(relay)) {
      assertThat(client.receive(5)).isEqualTo("first");
      relay.redirectTo(second.port());
      assertThatThrownBy(() -> client.receive(1)).isInstanceOf(SocketException.class);
      try (Client later = new Client(relay)) {
        assertThat(later.receive(6)).isEqualTo("second");
      }
    }
  }

  @Test
  void resetsClientsIfTheTargetRefuses() throws IOException {
    int closed;
    try (Server server = Server.echo()) {
      closed = server.port();
    }
    try (TcpRelay relay = TcpRelay.to(closed);
        Client client = new Client(relay)) {
      assertThatThrownBy(() -> client.receive(1)).isInstanceOf(SocketException.class);
      assertThat(relay.openConnections()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BEFORE_STATUS_LINE, 0, 0",
    "INSIDE_STATUS_LINE, 6, 6",
    "INSIDE_HEADERS, 19, 23",
    "AFTER_HEADERS, 39, 47",
    "INSIDE_BODY, 44, 52",
    "BETWEEN_CHUNKS, , 56",
    "BEFORE_LAST_CHUNK, , 63"
  })
  void breaksResponsesAtTheByteOfTheStage(Stage stage, Integer withLength, int chunked)
      throws IOException {
    assertBreaks(CHUNKED, stage, chunked);
    if (withLength == null) {
      assertForwardsWhole(RESPONSE, stage);
    } else {
      assertBreaks(RESPONSE, stage, withLength);
    }
  }

  private static void assertBreaks(String response, Stage stage, int length) throws IOException {
    try (Server server = Server.sending(response);
        FaultInjectingRelay relay = FaultInjectingRelay.to(server.port());
        Client client = new Client(relay)) {
      relay.inject(new Fault("/jobs/", stage, Kind.CLOSE));
      client.send(REQUEST);
      assertThat(client.receive(length)).isEqualTo(response.substring(0, length));
      assertThat(client.receive(1)).isEmpty();
      assertThat(relay.brokenResponses()).isEqualTo(1);
      assertThat(relay.completeResponses("/")).isZero();
    }
  }

  private static void assertForwardsWhole(String response, Stage stage) throws IOException {
    try (Server server = Server.sending(response);
        FaultInjectingRelay relay = FaultInjectingRelay.to(server.port());
        Client client = new Client(relay)) {
      relay.inject(new Fault("/jobs/", stage, Kind.CLOSE));
      client.send(REQUEST);
      assertThat(client.receive(response.length())).isEqualTo(response);
      await().until(() -> relay.completeResponses("/jobs/") == 1);
      assertThat(relay.brokenResponses()).isZero();
    }
  }

  @Test
  void breaksOnlyResponsesToTheFaultsPath() throws IOException {
    try (Server server = Server.sending(CHUNKED + RESPONSE);
        FaultInjectingRelay relay = FaultInjectingRelay.to(server.port());
        Client client = new Client(relay)) {
      relay.inject(new Fault("/kill/", Stage.BEFORE_STATUS_LINE, Kind.RESET));
      client.send(REQUEST);
      assertThat(client.receive(CHUNKED.length())).isEqualTo(CHUNKED);
      client.send(POST);
      assertThatThrownBy(() -> client.receive(1)).isInstanceOf(SocketException.class);
      assertThat(relay.brokenResponses()).isEqualTo(1);
    }
  }

  @Test
  void continuesAStalledResponseWhenFaultsAreCleared() throws IOException {
    try (Server server = Server.sending(RESPONSE);
        FaultInjectingRelay relay = FaultInjectingRelay.to(server.port());
        Client client = new Client(relay)) {
      relay.inject(new Fault("/", Stage.INSIDE_BODY, Kind.STALL));
      client.send(REQUEST);
      assertThat(client.receive(44)).isEqualTo(RESPONSE.substring(0, 44));
      client.assertSilence();
      assertThat(relay.completeResponses("/")).isZero();
      relay.clearFaults();
      assertThat(client.receive(5)).isEqualTo("56789");
      await().until(() -> relay.completeResponses("/") == 1);
      assertThat(relay.brokenResponses()).isEqualTo(1);
    }
  }

  @Test
  void recordsBytesAndRequests() throws IOException {
    try (Server server = Server.echo();
        RecordingRelay relay = RecordingRelay.to(server.port());
        Client client = new Client(relay)) {
      client.send(REQUEST + POST);
      assertThat(client.receive((REQUEST + POST).length())).isEqualTo(REQUEST + POST);
      assertThat(relay.sent()).isEqualTo(REQUEST + POST);
      List<RecordedRequest> requests = new ArrayList<>();
      await()
          .until(
              () -> {
                requests.addAll(relay.takeRequests());
                return requests.size() == 2;
              });
      assertThat(requests).extracting(RecordedRequest::path).containsExactly("/jobs/", "/kill/");
      assertThat(requests).extracting(RecordedRequest::body).containsExactly("", "id=1");
      assertThat(requests).allMatch(RecordedRequest::whole).noneMatch(relay::hasLost);
      assertThat(relay.takeRequests()).isEmpty();
      assertThat(relay.malformedInput()).isEmpty();
      await().until(() -> relay.idleTime().compareTo(Duration.ofMillis(SHORT_MILLIS)) > 0);
      client.send(REQUEST);
      await().until(() -> relay.idleTime().compareTo(Duration.ofMillis(SHORT_MILLIS)) < 0);
    }
  }

  @Test
  void recordsMalformedInputAndClosesTheConnection() throws IOException {
    try (Server server = Server.echo();
        RecordingRelay relay = RecordingRelay.to(server.port());
        Client client = new Client(relay)) {
      client.send("GET / HTTP/1.1\nHost: driver\n\n");
      await().until(() -> relay.openConnections() == 0);
      assertThat(relay.malformedInput()).singleElement().asString().contains("a line feed alone");
      assertThat(relay.takeRequests()).isEmpty();
      assertThat(relay.sent()).contains("GET / HTTP/1.1\nHost");
    }
  }

  @Test
  void recordsRequestsAfterTheTargetHasClosed() throws IOException {
    try (Server server = Server.closingAfter("bye");
        RecordingRelay relay = RecordingRelay.to(server.port());
        Client client = new Client(relay)) {
      assertThat(client.receive(4)).isEqualTo("bye");
      client.send(REQUEST);
      client.send(POST);
      client.socket.shutdownOutput();
      await().until(() -> relay.openConnections() == 0);
      assertThat(relay.takeRequests()).hasSize(2).allMatch(relay::hasLost);
    }
  }

  @Test
  void recordsWhichRequestTheTargetHasLost() throws IOException {
    try (Server server = Server.respondingOnce();
        RecordingRelay relay = RecordingRelay.to(server.port());
        Client client = new Client(relay)) {
      client.send(REQUEST);
      assertThat(client.receive(RESPONSE.length())).isEqualTo(RESPONSE);
      client.send(POST);
      assertThat(client.receive(1)).isEmpty();
      client.socket.shutdownOutput();
      await().until(() -> relay.openConnections() == 0);
      List<RecordedRequest> requests = relay.takeRequests();
      assertThat(requests).extracting(RecordedRequest::path).containsExactly("/jobs/", "/kill/");
      assertThat(requests.stream().filter(relay::hasLost)).containsExactly(requests.get(1));
    }
  }

  @Test
  void recordsNoRequestAsLostIfTheTargetClosesAfterItsResponse() throws IOException {
    try (Server server = Server.respondingOnce();
        RecordingRelay relay = RecordingRelay.to(server.port());
        Client client = new Client(relay)) {
      client.send(REQUEST);
      assertThat(client.receive(RESPONSE.length())).isEqualTo(RESPONSE);
      List<RecordedRequest> requests = new ArrayList<>();
      await()
          .until(
              () -> {
                requests.addAll(relay.takeRequests());
                return !requests.isEmpty();
              });
      server.closeConnections();
      assertThat(client.receive(1)).isEmpty();
      assertThat(requests).noneMatch(relay::hasLost);
    }
  }

  /** A request that the client gave up was not lost by the target. */
  @Test
  void recordsNoRequestAsLostIfTheClientClosesFirst() throws IOException {
    try (Server server = Server.sending("");
        RecordingRelay relay = RecordingRelay.to(server.port());
        Client client = new Client(relay)) {
      client.send(REQUEST);
      List<RecordedRequest> requests = new ArrayList<>();
      await()
          .until(
              () -> {
                requests.addAll(relay.takeRequests());
                return !requests.isEmpty();
              });
      client.socket.shutdownOutput();
      await().until(() -> server.closedConnections() == 1 && relay.openConnections() == 0);
      assertThat(requests).noneMatch(relay::hasLost);
    }
  }

  private static final class Client implements AutoCloseable {
    private final Socket socket;

    Client(TcpRelay relay) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), relay.port());
      socket.setSoTimeout(LONG_MILLIS);
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Fewer characters than that at the end of the stream. */
    String receive(int count) throws IOException {
      byte[] bytes = socket.getInputStream().readNBytes(count);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    void assertSilence() throws IOException {
      socket.setSoTimeout(SHORT_MILLIS);
      assertThatThrownBy(() -> receive(1)).isInstanceOf(SocketTimeoutException.class);
      socket.setSoTimeout(LONG_MILLIS);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** A server that treats every connection in the same way. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Integer> remotePorts = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger closed = new AtomicInteger();

    private interface Service {
      void serve(InputStream in, OutputStream out) throws IOException;
    }

    private Server(Service service) throws IOException {
      threads.execute(() -> accept(service));
    }

    static Server echo() throws IOException {
      return new Server(InputStream::transferTo);
    }

    static Server sending(String text) throws IOException {
      return new Server(
          (in, out) -> {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            in.transferTo(OutputStream.nullOutputStream());
          });
    }

    static Server closingAfter(String text) throws IOException {
      return new Server((in, out) -> out.write(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Responds to the first request of a connection, and closes it after the second. */
    static Server respondingOnce() throws IOException {
      return new Server(
          (in, out) -> {
            HttpRequestReader requests =
                new HttpRequestReader(new BufferedInputStream(in), Strictness.STRICT);
            requests.next();
            out.write(RESPONSE.getBytes(StandardCharsets.ISO_8859_1));
            requests.next();
          });
    }

    int port() {
      return listener.getLocalPort();
    }

    List<Integer> remotePorts() {
      return List.copyOf(remotePorts);
    }

    void closeConnections() throws IOException {
      for (Socket socket : sockets) {
        socket.close();
      }
    }

    int closedConnections() {
      return closed.get();
    }

    private void accept(Service service) {
      try {
        while (true) {
          Socket socket = listener.accept();
          remotePorts.add(socket.getPort());
          sockets.add(socket);
          threads.execute(
              () -> {
                serve(service, socket);
                closed.incrementAndGet();
              });
        }
      } catch (IOException e) {
        // The server is closed.
      }
    }

    private static void serve(Service service, Socket socket) {
      try (socket) {
        service.serve(socket.getInputStream(), socket.getOutputStream());
      } catch (IOException e) {
        // The relay has closed its connection.
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
      threads.shutdown();
    }
  }
}
