// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the filter runs: in the History Server, or in a web application in front of it. */
public enum Deployment {
  /** The filter is one of the History Server's own filters, on its servlet contexts. */
  EMBEDDED {
    @Override
    public @Nullable String path(HttpServletRequest request) {
      return request.getRequestURI();
    }

    @Override
    public String context(HttpServletRequest request) {
      return request.getContextPath();
    }

    @Override
    public String prefix(HttpServletRequest request) {
      return "";
    }
  },

  /** The filter runs in a web application whose root corresponds to that of the History Server. */
  FRONTING {
    @Override
    public @Nullable String path(HttpServletRequest request) {
      String path = request.getRequestURI();
      String prefix = request.getContextPath();
      if (path == null || prefix.isEmpty() || !path.startsWith(prefix)) {
        return path;
      }
      return path.length() == prefix.length() ? "/" : path.substring(prefix.length());
    }

    @Override
    public String context(HttpServletRequest request) {
      String path = path(request);
      Matcher context = CONTEXTS.matcher(path == null ? "" : path);
      return context.lookingAt() ? context.group(1) : "";
    }

    @Override
    public String prefix(HttpServletRequest request) {
      return request.getContextPath();
    }
  };

  // The History Server's servlet contexts except its root, from 3.5 to 4.2.
  private static final Pattern CONTEXTS =
      Pattern.compile("(/(?:api|history|json|log|logPage|static))(?=[/;]|$)");

  /** The raw path below the History Server's root; null if the request line has none (CONNECT). */
  public abstract @Nullable String path(HttpServletRequest request);

  /** The History Server's servlet context that the path belongs to; {@code ""} is its root. */
  public abstract String context(HttpServletRequest request);

  /**
   * The part of the path before the History Server's root: the context path of a web application.
   */
  public abstract String prefix(HttpServletRequest request);
}
