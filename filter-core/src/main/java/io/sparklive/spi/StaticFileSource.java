// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import java.util.Optional;

/** A source of Spark's static files, such as the class path of the History Server. */
@FunctionalInterface
public interface StaticFileSource {
  /** A source without files. */
  StaticFileSource NONE = path -> Optional.empty();

  /**
   * Reads a file.
   *
   * @param path the canonical path of the request, such as {@code /static/webui.js}
   * @return the content; empty if this Spark version has no such file
   */
  Optional<byte[]> read(String path);
}
