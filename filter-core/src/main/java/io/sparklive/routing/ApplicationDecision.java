// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.LiveApplication;
import jakarta.servlet.ServletException;
import java.io.IOException;

/**
 * The decision how a request for one application is handled. {@link Route.ForApplication#decide}
 * makes it.
 */
public sealed interface ApplicationDecision {

  /** Has this decision handled by the method of its kind. */
  void accept(Handler handler) throws IOException, ServletException;

  /** Handles a decision of each kind. */
  interface Handler {
    /** Forwards the request to the driver. */
    void forwardToDriver(Route.ForApplication route, LiveApplication application)
        throws IOException, ServletException;

    /** Redirects from a history page to the same page of the live UI. */
    void redirectToLive(Route.HistoryPage route, LiveApplication application)
        throws IOException, ServletException;

    /** Redirects from a page of the live UI to the same page of the history. */
    void redirectToHistory(Route.LiveUi route) throws IOException, ServletException;

    /** Responds with the entry of the application as it was last known. */
    void respondWithLastFacts(Route.ApplicationApi route, LiveApplication application)
        throws IOException, ServletException;

    /** Responds with a 503 page. */
    void respondWithStatus(StatusPage.Kind kind, LiveApplication application)
        throws IOException, ServletException;

    /** Responds with a 404 page for an application with an event log. */
    void respondDriverNotFound(ApplicationId id) throws IOException, ServletException;

    /** Responds with a 404 page for an application of which nothing is known. */
    void respondNotFound(ApplicationId id) throws IOException, ServletException;

    /** Passes a request for a running or ended application on to the History Server. */
    void passToHistoryServer(LiveApplication application) throws IOException, ServletException;

    /** Passes the request on unchanged. */
    void passThrough() throws IOException, ServletException;
  }

  /** The driver responds, through the proxy. */
  record ToDriver(Route.ForApplication route, LiveApplication application)
      implements ApplicationDecision {
    @Override
    public void accept(Handler handler) throws IOException, ServletException {
      handler.forwardToDriver(route, application);
    }
  }

  /** A redirect to the same page of the live UI. */
  record RedirectToLive(Route.HistoryPage route, LiveApplication application)
      implements ApplicationDecision {
    @Override
    public void accept(Handler handler) throws IOException, ServletException {
      handler.redirectToLive(route, application);
    }
  }

  /** A redirect to the same page of the history. */
  record RedirectToHistory(Route.LiveUi route) implements ApplicationDecision {
    @Override
    public void accept(Handler handler) throws IOException, ServletException {
      handler.redirectToHistory(route);
    }
  }

  /** The last known facts of the application itself, as Spark's REST API would respond. */
  record LastFacts(Route.ApplicationApi route, LiveApplication application)
      implements ApplicationDecision {
    @Override
    public void accept(Handler handler) throws IOException, ServletException {
      handler.respondWithLastFacts(route, application);
    }
  }

  /** 503: neither the driver nor the History Server can respond now. */
  record StatusPage(Kind kind, LiveApplication application) implements ApplicationDecision {
    /** The reason of the 503. */
    public enum Kind {
      /** The driver waits to run. */
      PENDING,
      /** The driver is starting. */
      STARTING,
      /** The driver has no UI. */
      NO_UI,
      /**
       * The application has ended, and the History Server has not read its event log yet, or not
       * under the name that the log has since the end.
       */
      ENDED
    }

    @Override
    public void accept(Handler handler) throws IOException, ServletException {
      handler.respondWithStatus(kind, application);
    }
  }

  /** 404: the History Server has an event log without an end, but no driver was discovered. */
  record DriverNotFound(ApplicationId id) implements ApplicationDecision {
    @Override
    public void accept(Handler handler) throws IOException, ServletException {
      handler.respondDriverNotFound(id);
    }
  }

  /** 404: neither discovery nor the History Server has the application. */
  record NotFound(ApplicationId id) implements ApplicationDecision {
    @Override
    public void accept(Handler handler) throws IOException, ServletException {
      handler.respondNotFound(id);
    }
  }

  /** The History Server responds for an application that discovery has. */
  record ToHistoryServer(LiveApplication application) implements ApplicationDecision {
    @Override
    public void accept(Handler handler) throws IOException, ServletException {
      handler.passToHistoryServer(application);
    }
  }

  /** The History Server responds for an application that discovery does not have. */
  record PassThrough() implements ApplicationDecision {
    @Override
    public void accept(Handler handler) throws IOException, ServletException {
      handler.passThrough();
    }
  }
}
