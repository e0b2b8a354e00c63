package io.sparklive.spi;

import java.util.Optional;

/** The static files of a Spark that is at hand, such as the History Server's own. */
@FunctionalInterface
public interface StaticFileSource {
  /** None is at hand. */
  StaticFileSource NONE = path -> Optional.empty();

  /**
   * Reads a file.
   *
   * @param path as it is asked for, such as {@code /static/webui.js}; a canonical path
   * @return its bytes; empty where this Spark has no such file
   */
  Optional<byte[]> read(String path);
}
