package io.sparklive.testkit.relay;

/**
 * What happens to an answer on its way from the driver.
 *
 * @param path which requests it happens to: those whose path begins so
 * @param stage how much of the answer comes through before
 * @param manner what happens then
 */
public record Fault(String path, Stage stage, Manner manner) {

  /** How far an answer has come. */
  public enum Stage {
    BEFORE_STATUS_LINE,
    INSIDE_STATUS_LINE,
    INSIDE_HEADERS,
    AFTER_HEADERS,
    /** Half the body of one that says how long it is; half the first chunk of any other. */
    INSIDE_BODY,
    /** After the first chunk. */
    BETWEEN_CHUNKS,
    BEFORE_LAST_CHUNK;

    /** Whether a part of the body has come through. */
    boolean isInBody() {
      return compareTo(INSIDE_BODY) >= 0;
    }
  }

  /** What the connection does. */
  public enum Manner {
    /** Ends with an RST, as with a killed process. */
    RESET,
    /** Ends with a FIN, as with one that exits. */
    CLOSE,
    /** Is silent until the wire is healed, then goes on. */
    STALL
  }
}
