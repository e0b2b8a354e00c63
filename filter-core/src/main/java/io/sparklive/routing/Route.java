// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.LiveApplication;
import io.sparklive.spi.CatalogStatus;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A resource that the path of a request names. */
public sealed interface Route {
  /** Any other path: the filter passes the request on unchanged. */
  record PassThrough() implements Route {}

  /** A path below one of the filter's bases: nothing else responds there. */
  sealed interface Owned extends Route {}

  /** A path that is not canonical and leads below one of the filter's bases: 400. */
  record Invalid() implements Owned {}

  /** A path below a base of the filter that has no page: 404. */
  record NotFound() implements Owned {}

  /** The page of the History Server that lists applications. */
  record Home() implements Route {}

  /** {@code /api/v1/applications}: the list of Spark's REST API. */
  record SparkApplicationList() implements Route {}

  /** {@code <base>/}: the overview of running applications. */
  record OverviewPage() implements Owned {}

  /** {@code <base>/-/applications}: the overview as JSON. */
  record OverviewJson() implements Owned {}

  /** {@code <base>/-/health}. */
  record Health() implements Owned {}

  /** {@code <base>/-/metrics}. */
  record Metrics() implements Owned {}

  /**
   * {@code <base>/-/assets/<name>}.
   *
   * @param name a plain file name
   */
  record Asset(String name) implements Owned {}

  /**
   * {@code <base>/-/pods/<namespace>/<pod>} and {@code <base>/-/apps/<namespace>/<name>}: the
   * application of a driver pod, by a name that is known at its submission.
   *
   * @param kind the kind of the object with this name
   * @param namespace the namespace: a label of RFC 1123
   * @param name the name: a subdomain of RFC 1123
   */
  record Submission(Kind kind, String namespace, String name) implements Owned {
    /** A kind of object in Kubernetes. */
    public enum Kind {
      /** A driver pod. */
      POD,
      /** A {@code SparkApplication} of one of the operators. */
      SPARK_APPLICATION
    }
  }

  /** A path for the logs of the pods of one application. */
  sealed interface Logs extends Owned {
    /** The application's id. */
    ApplicationId id();
  }

  /** {@code <base>/-/logs/<id>}: the log viewer. */
  record LogPage(ApplicationId id) implements Logs {}

  /** {@code <base>/-/logs/<id>/-/pods}: the pods as JSON. No pod has the name {@code -}. */
  record LogPods(ApplicationId id) implements Logs {}

  /**
   * {@code <base>/-/logs/<id>/<pod>}: the text of a log.
   *
   * @param pod a plain segment
   */
  record LogText(ApplicationId id, String pod) implements Logs {}

  /** The first segment below an application, if it is an attempt. */
  Pattern ATTEMPT = Pattern.compile("/([0-9]+)(?=/|$)");

  /** A path that belongs to one application. */
  sealed interface ForApplication extends Route {
    /** The application's id. */
    ApplicationId id();

    /**
     * Decides how a request for this route is handled.
     *
     * @param application the application; empty if discovery does not have it
     * @param status what the History Server's catalog has of the application
     * @param isScanned whether the History Server has scanned its log directory since the
     *     application ended; it does not matter for an application that runs
     */
    ApplicationDecision decide(
        Optional<LiveApplication> application, CatalogStatus status, boolean isScanned);
  }

  /**
   * {@code /api/v1/applications/<id>/…}: Spark's REST API for one application.
   *
   * @param path the whole path, which is the same at the driver
   */
  record ApplicationApi(ApplicationId id, String path) implements ForApplication {
    private static final Pattern EVENT_LOG = Pattern.compile("(?:/[^/]+)?/logs/?");
    private static final Pattern FACTS = Pattern.compile("(?:/[0-9]+)?");

    @Override
    public ApplicationDecision decide(
        Optional<LiveApplication> application, CatalogStatus status, boolean isScanned) {
      return DecisionTable.rest(this, application, status, isScanned);
    }

    /** Whether the path is that of the application itself, not below it. */
    public boolean isApplicationItself() {
      return path.equals(Routes.APPLICATIONS + "/" + id);
    }

    /** Whether the path is that of the event log, as a ZIP file. */
    public boolean isEventLog() {
      return EVENT_LOG.matcher(below()).matches();
    }

    /** The attempt in the path, if it has one. */
    public Optional<String> attempt() {
      return attemptIn(below());
    }

    /**
     * Whether the path is that of the application or of an attempt: both are entries of the list.
     */
    public boolean isOfFacts() {
      return FACTS.matcher(below()).matches();
    }

    private String below() {
      return path.substring((Routes.APPLICATIONS + "/" + id).length());
    }

    /** Whether the path is that of this attempt, not below it. */
    public boolean isAttempt(String attempt) {
      return path.equals(Routes.APPLICATIONS + "/" + id + "/" + attempt);
    }
  }

  /**
   * {@code /history/<id>/[<attempt>/]…}.
   *
   * @param page the path below the application and its attempt, with its first slash
   * @param path the whole path
   */
  record HistoryPage(ApplicationId id, String page, String path) implements ForApplication {
    @Override
    public ApplicationDecision decide(
        Optional<LiveApplication> application, CatalogStatus status, boolean isScanned) {
      return DecisionTable.historyPage(this, application, status, isScanned);
    }

    /** Whether the path names no page: the History Server redirects to the first one. */
    public boolean isRoot() {
      return page.equals("/");
    }

    /** The attempt in the path, if it has one. */
    public Optional<String> attempt() {
      return attemptIn(path.substring(("/history/" + id).length()));
    }
  }

  private static Optional<String> attemptIn(String below) {
    Matcher attempt = ATTEMPT.matcher(below);
    return attempt.lookingAt() ? Optional.of(attempt.group(1)) : Optional.empty();
  }

  /**
   * {@code <base>/<id>/…}, also under {@code /proxy}, and {@code <driver's own base>/…}.
   *
   * @param root the start of the path in the request: the root of the application's pages
   * @param page the path below the application, with its first slash; empty if there is no slash
   */
  record LiveUi(ApplicationId id, String root, String page) implements ForApplication, Owned {
    // Spark ignores the rest of the path.
    private static final Pattern DUMP =
        Pattern.compile(
            "/(?:executors/(?:threadDump|heapHistogram)|stages/taskThreadDump)(?:/.*)?");
    private static final Pattern KILL = Pattern.compile("/(?:jobs/job|stages/stage)/kill(?:/.*)?");
    private static final Pattern FILE =
        Pattern.compile(
            ".*\\.(?:css|m?js|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|eot)",
            Pattern.CASE_INSENSITIVE);

    @Override
    public ApplicationDecision decide(
        Optional<LiveApplication> application, CatalogStatus status, boolean isScanned) {
      return DecisionTable.liveUi(this, application, status, isScanned);
    }

    /** Whether this is the driver's REST API, whose clients are programs. */
    public boolean isRest() {
      return page.startsWith("/api/");
    }

    /** Whether this is a thread dump or a heap histogram. */
    public boolean isDump() {
      return DUMP.matcher(page).matches();
    }

    /** Whether this is a path of Spark's own static files. */
    public boolean isStatic() {
      return page.startsWith("/static/");
    }

    /**
     * Whether the path has the name of a style sheet, a script, an image or a font, and is no other
     * path of Spark. Authentication filters let such requests pass and set no user.
     */
    public boolean isFile() {
      return hasFileName(page) && !isRest() && !isDump() && !isKill();
    }

    /** Whether a path has the extension of a style sheet, a script, an image or a font. */
    public static boolean hasFileName(String path) {
      return FILE.matcher(path).matches();
    }

    /** Whether this kills a job or a stage, by any HTTP method that Spark accepts for it. */
    public boolean isKill() {
      return isKill(page);
    }

    static boolean isKill(String page) {
      return KILL.matcher(page).matches();
    }
  }
}
