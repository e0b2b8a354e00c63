// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.relay;

/**
 * A fault in an HTTP response.
 *
 * @param path the start of the request paths that it applies to
 * @param stage the part of the response that is forwarded first
 * @param kind what happens to the connection then
 */
public record Fault(String path, Stage stage, Kind kind) {

  /** The place in a response. */
  public enum Stage {
    BEFORE_STATUS_LINE,
    INSIDE_STATUS_LINE,
    INSIDE_HEADERS,
    AFTER_HEADERS,
    /** Half of a body with {@code Content-Length}; half of the first chunk of a chunked body. */
    INSIDE_BODY,
    /** After the first chunk. */
    BETWEEN_CHUNKS,
    BEFORE_LAST_CHUNK
  }

  /** The effect on the connection. */
  public enum Kind {
    /** An RST, as from a killed process. */
    RESET,
    /** A FIN, as from a process that exits. */
    CLOSE,
    /** No bytes until the faults are cleared; then the rest of the response. */
    STALL
  }
}
