package io.sparklive;

import io.sparklive.routing.Links;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The links as the browser of a request sees them: under {@code spark.ui.proxyBase} where that is
 * set, else under {@code X-Forwarded-Context}, as Spark does, else under {@code
 * X-Forwarded-Prefix}.
 */
record PublicLinks(Optional<String> proxyBase, String base) {
  Links of(HttpServletRequest request) {
    String prefix =
        Stream.of(
                proxyBase,
                Optional.ofNullable(request.getHeader("X-Forwarded-Context")),
                Optional.ofNullable(request.getHeader("X-Forwarded-Prefix")))
            .flatMap(Optional::stream)
            .filter(Links::isPrefix)
            .findFirst()
            .orElse("");
    return new Links(prefix, base);
  }
}
