// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds the prefix of a request in the same places and order as Spark itself ({@code
 * UIUtils.uiRoot}): the setting of the History Server, else {@code X-Forwarded-Context}. Two more
 * places follow that Spark does not read: {@code X-Forwarded-Prefix}, and the path of the web
 * application.
 *
 * <p>If a value is not a valid prefix, it is logged, and the next place counts.
 *
 * <p>Thread-safe.
 */
public final class Prefixes {
  private static final List<String> HEADERS = List.of("X-Forwarded-Context", "X-Forwarded-Prefix");

  private final Supplier<Optional<Setting>> setting;
  private final PrefixWarnings warnings = new PrefixWarnings();

  /**
   * The History Server's own setting of the prefix.
   *
   * @param name the name of the setting, such as {@code spark.ui.proxyBase}
   * @param value a path or an absolute URL
   */
  public record Setting(String name, String value) {}

  /**
   * @param setting supplies the History Server's own setting; empty until it is found
   */
  public Prefixes(Supplier<Optional<Setting>> setting) {
    this.setting = setting;
  }

  /** Logs a setting that is not valid; called at the start, before the first request. */
  public void logInvalidSetting() {
    Optional<Prefix> unused = ofSetting();
  }

  /**
   * Returns the prefix of a request.
   *
   * @param contextPath the path of the web application in front of the History Server, if any
   */
  public Prefix of(HttpServletRequest request, String contextPath) {
    Optional<Prefix> first = ofSetting();
    for (String header : HEADERS) {
      if (first.isEmpty()) {
        first =
            Optional.ofNullable(request.getHeader(header))
                .flatMap(value -> read(header, value, Prefix::ofPath));
      }
    }
    return first
        .or(() -> read("the path of the web application", contextPath, Prefix::ofPath))
        .orElse(Prefix.NONE);
  }

  private Optional<Prefix> ofSetting() {
    return setting.get().flatMap(set -> read(set.name(), set.value(), Prefix::ofPathOrUrl));
  }

  private Optional<Prefix> read(
      String source, String value, Function<String, Optional<Prefix>> reader) {
    Optional<Prefix> prefix = reader.apply(value);
    if (prefix.isEmpty()) {
      warnings.logInvalid(source, value);
    } else {
      prefix
          .get()
          .misleadingSegment()
          .ifPresent(segment -> warnings.logMisleading(source, value, segment));
    }
    return prefix;
  }
}
