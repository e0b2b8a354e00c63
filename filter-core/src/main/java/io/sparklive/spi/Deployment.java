package io.sparklive.spi;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From where the filter sees the History Server's paths. */
public enum Deployment {
  /** Among its own filters, on its own servlet contexts. */
  EMBEDDED {
    @Override
    public String path(HttpServletRequest request) {
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

  /** In a web application in front of it, which stands for its root. */
  FRONTING {
    @Override
    public String path(HttpServletRequest request) {
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

  // The History Server's servlet contexts but its root, from 3.5 to 4.2.
  private static final Pattern CONTEXTS =
      Pattern.compile("(/(?:api|history|json|log|logPage|static))(?=[/;]|$)");

  /** The path below the History Server's root, raw as it came; null where there was none. */
  public abstract String path(HttpServletRequest request);

  /** The History Server's servlet context that owns the path; {@code ""} is its root. */
  public abstract String context(HttpServletRequest request);

  /** What stands before the History Server's paths here. */
  public abstract String prefix(HttpServletRequest request);
}
