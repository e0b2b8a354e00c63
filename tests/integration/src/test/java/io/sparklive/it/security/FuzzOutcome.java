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
 * What came of a visit.
 *
 * @param visitor the visitor's address
 * @param said what was said
 * @param answered what the server said
 * @param arrived what reached the driver
 */
record FuzzOutcome(String visitor, String said, String answered, List<RecordedRequest> arrived) {
  private static final Set<String> OF_A_DRIVER = Set.of("502", "503", "504");

  /** What is wrong with it. */
  List<String> faults(FuzzRig rig) {
    List<String> faults = new ArrayList<>();
    ForwardingCheck crossing =
        new ForwardingCheck(new Oracle(rig.id()), rig.relay().address(), visitor);
    crossing.faults(asked(), arrived).forEach(faults::add);
    if (arrived.isEmpty() && statuses().stream().anyMatch(OF_A_DRIVER::contains)) {
      faults.add("no driver has been asked, and the answer is " + statuses());
    }
    return faults.stream().map(fault -> escaped(said) + "\n    " + escaped(fault)).toList();
  }

  /** The statuses of the answers. */
  List<String> statuses() {
    return ResponseStatuses.in(answered, asked().stream().map(RecordedRequest::method).toList());
  }

  /** Methods and targets of what reached the driver. */
  List<String> targets(String id) {
    return arrived.stream()
        .map(one -> (one.method() + " " + one.target()).replace(id, "ID"))
        .sorted()
        .toList();
  }

  /** Whether something was to be killed, and was allowed to. */
  boolean isKill() {
    return arrived.stream().anyMatch(one -> Oracle.isKill(one.path()));
  }

  /** The requests in it, as a server may read them. */
  private List<RecordedRequest> asked() {
    List<RecordedRequest> requests = new ArrayList<>();
    byte[] bytes = said.getBytes(StandardCharsets.ISO_8859_1);
    HttpRequestReader reader =
        new HttpRequestReader(new ByteArrayInputStream(bytes), Strictness.LENIENT);
    try {
      Optional<RecordedRequest> one = reader.next();
      while (one.isPresent()) {
        requests.add(one.get());
        one = one.get().whole() ? reader.next() : Optional.empty();
      }
    } catch (ProtocolException | EOFException e) {
      // Nothing after it can be read.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return requests;
  }

  private static String escaped(String words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words.length(); i++) {
      char one = words.charAt(i);
      text.append(one < ' ' || one > '~' ? "\\x%02x".formatted((int) one) : String.valueOf(one));
    }
    return text.toString();
  }
}
