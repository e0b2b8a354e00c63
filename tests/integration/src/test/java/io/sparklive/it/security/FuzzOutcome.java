// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.testkit.relay.HttpRequestReader;
import io.sparklive.testkit.relay.RecordedRequest;
import io.sparklive.testkit.relay.Strictness;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The result of one input.
 *
 * @param client the client's address
 * @param sent the bytes that the client sent
 * @param received the bytes that the server sent
 * @param arrived the requests that the driver received
 */
record FuzzOutcome(String client, String sent, String received, List<RecordedRequest> arrived) {
  private static final Set<String> DRIVER_ERRORS = Set.of("502", "503", "504");

  /** The violations of the rules. */
  List<String> violations(FuzzRig rig) {
    List<String> violations = new ArrayList<>();
    ForwardingCheck forwarding =
        new ForwardingCheck(
            new Oracle(rig.id()), rig.relay().address(), client, rig.relay()::hasLost);
    forwarding.violations(requests(), arrived).forEach(violations::add);
    if (arrived.isEmpty() && statuses().stream().anyMatch(DRIVER_ERRORS::contains)) {
      violations.add("no driver received a request, and the response is " + statuses());
    }
    return violations.stream()
        .map(violation -> escaped(sent) + "\n    " + escaped(violation))
        .toList();
  }

  /** The statuses of the responses. */
  List<String> statuses() {
    return ResponseStatuses.in(received, requests().stream().map(RecordedRequest::method).toList());
  }

  /** Methods and targets of the requests that the driver received. */
  List<String> targets(String id) {
    return arrived.stream()
        .map(one -> (one.method() + " " + one.target()).replace(id, "ID"))
        .sorted()
        .toList();
  }

  /** Whether a kill was requested and forwarded. */
  boolean isKill() {
    return arrived.stream().anyMatch(one -> Oracle.isKill(one.path()));
  }

  /** The requests in the input, as a server may parse them. */
  private List<RecordedRequest> requests() {
    List<RecordedRequest> all = new ArrayList<>();
    byte[] bytes = sent.getBytes(StandardCharsets.ISO_8859_1);
    HttpRequestReader reader =
        new HttpRequestReader(new ByteArrayInputStream(bytes), Strictness.LENIENT);
    try {
      Optional<RecordedRequest> one = reader.next();
      while (one.isPresent()) {
        all.add(one.get());
        one = one.get().whole() ? reader.next() : Optional.empty();
      }
    } catch (ProtocolException | EOFException e) {
      // Nothing after it can be parsed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static String escaped(String input) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < input.length(); i++) {
      char one = input.charAt(i);
      text.append(one < ' ' || one > '~' ? "\\x%02x".formatted((int) one) : String.valueOf(one));
    }
    return text.toString();
  }
}
