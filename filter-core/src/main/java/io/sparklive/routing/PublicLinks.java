package io.sparklive.routing;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The links as the browser of a request sees them: under {@code spark.ui.proxyBase} where that is
 * set, else under {@code X-Forwarded-Context}, as Spark does, else under {@code
 * X-Forwarded-Prefix}, else under what the request itself has before the History Server's paths.
 *
 * @param proxyBase the History Server's {@code spark.ui.proxyBase}, as far as that is known
 * @param base the base of live UIs
 * @param standpoint from where its paths are seen
 */
public record PublicLinks(
    Supplier<Optional<String>> proxyBase, String base, Standpoint standpoint) {
  /** Those for the sender of this request. */
  public Links of(HttpServletRequest request) {
    String prefix =
        Stream.of(
                proxyBase.get(),
                Optional.ofNullable(request.getHeader("X-Forwarded-Context")),
                Optional.ofNullable(request.getHeader("X-Forwarded-Prefix")),
                Optional.of(standpoint.prefix(request)))
            .flatMap(Optional::stream)
            .filter(Links::isPrefix)
            .findFirst()
            .orElse("");
    return new Links(prefix, base);
  }
}
