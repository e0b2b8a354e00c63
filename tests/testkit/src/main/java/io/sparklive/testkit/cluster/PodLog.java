// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.util.Fields;

/** The log of a pod, as the stand-in sends it. */
@FunctionalInterface
public interface PodLog {
  /** The verb that grants {@code get} on {@code pods/log} in the stand-in. */
  String RIGHT = "pods/log";

  /** A log without a line. */
  PodLog EMPTY = (query, out, connected) -> {};

  /**
   * Writes the log.
   *
   * @param query the parameters of the request
   * @param connected whether the client is still there
   */
  void write(Fields query, OutputStream out, BooleanSupplier connected)
      throws IOException, InterruptedException;

  /** A log of this text. */
  static PodLog of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A log of these bytes. */
  static PodLog of(byte[] text) {
    return (query, out, connected) -> out.write(text);
  }

  /** There is no such log, for this reason. */
  static PodLog none(String message) {
    return (query, out, connected) -> {
      throw ApiError.badRequest(message);
    };
  }
}
