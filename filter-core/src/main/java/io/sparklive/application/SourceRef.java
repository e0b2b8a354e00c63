package io.sparklive.application;

import static java.util.Objects.requireNonNull;

/**
 * One place where discovery looks for one driver. It sees at most one application at a time.
 *
 * @param source the kind of discovery, such as {@code static}
 * @param place unique within the source, such as {@code 10.0.0.7:4040}
 */
public record SourceRef(String source, String place) {
  public SourceRef {
    requireNonNull(source, "source");
    requireNonNull(place, "place");
  }

  @Override
  public String toString() {
    return source + " " + place;
  }
}
