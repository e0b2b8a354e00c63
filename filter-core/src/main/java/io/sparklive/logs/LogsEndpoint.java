// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import io.sparklive.application.LiveApplication;
import io.sparklive.http.ResponseAbort;
import io.sparklive.kubernetes.ApiFailure;
import io.sparklive.pages.Message;
import io.sparklive.pages.Pages;
import io.sparklive.routing.Links;
import io.sparklive.spi.SecurityHeaders;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the log viewer, the pods of an application as JSON, and the text of a log. All requests
 * are authorized before. Thread-safe.
 *
 * <p>A log passes through one buffer of 16 KiB for each stream, however long it is. If the browser
 * reads slowly, the API server waits.
 */
public final class LogsEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogsEndpoint.class);

  /** The most streams at a time, each with one thread and one connection to the API server. */
  static final int MAX_STREAMS = 128;

  /** The most streams of one user at a time. */
  static final int MAX_STREAMS_OF_USER = 32;

  private static final int MAX_LISTS = 8;
  private static final int MAX_WAITING_LISTS = 1000;
  private static final int BUFFER = 16 * 1024;
  private static final String TEXT = "text/plain;charset=utf-8";

  private final PodLogs logs;
  private final Pages pages;
  private final SecurityHeaders securityHeaders;
  private final ServletContext context;
  private final RequestThreads streams =
      new RequestThreads("spark-live-history-log", MAX_STREAMS, 0);
  private final StreamsOfUsers users = new StreamsOfUsers(MAX_STREAMS_OF_USER);
  private final RequestThreads lists =
      new RequestThreads("spark-live-history-pods", MAX_LISTS, MAX_WAITING_LISTS);

  /** Writes a message in place of a log. */
  @FunctionalInterface
  public interface MessageWriter {
    /** Writes the message as the response. */
    void write(Message message) throws IOException;
  }

  /**
   * @param context the context of the servlet that responds
   */
  public LogsEndpoint(
      PodLogs logs, Pages pages, SecurityHeaders securityHeaders, ServletContext context) {
    this.logs = logs;
    this.pages = pages;
    this.securityHeaders = securityHeaders;
    this.context = context;
  }

  /** Writes the viewer, which requests the pods and their logs by itself. */
  public void servePage(
      HttpServletRequest request,
      HttpServletResponse response,
      LiveApplication application,
      Links links)
      throws IOException {
    pages.writeLogs(request, response, application.id(), application.info().name(), links);
  }

  /** Writes the pods of the application as JSON. */
  public void servePods(
      HttpServletRequest request,
      HttpServletResponse response,
      LiveApplication application,
      MessageWriter failures)
      throws IOException {
    if (application.namespace().isEmpty()) {
      writePods(request, response, application, List.of());
      return;
    }
    lists.run(
        request,
        response,
        () -> {
          try {
            writePods(request, response, application, logs.list(application));
          } catch (ApiFailure e) {
            failures.write(LogMessages.failed(application, e));
          }
        },
        () -> failures.write(LogMessages.manyRequests()));
  }

  private void writePods(
      HttpServletRequest request,
      HttpServletResponse response,
      LiveApplication application,
      List<LogPod> found)
      throws IOException {
    pages.writeJson(
        request, response, HttpServletResponse.SC_OK, LogPodsJson.of(application, found));
  }

  /**
   * Streams the log of a container.
   *
   * @param user the user who requests it; empty if users do not log in
   * @param opened called once the log is open, before its first byte
   */
  public void serveText(
      HttpServletRequest request,
      HttpServletResponse response,
      LiveApplication application,
      String pod,
      LogQuery query,
      Optional<String> user,
      Runnable opened,
      MessageWriter failures)
      throws IOException {
    if (application.namespace().isEmpty()) {
      failures.write(LogMessages.noSuchPod(application, pod));
      return;
    }
    Optional<StreamsOfUsers.Permit> permit = users.tryOpen(user);
    if (permit.isEmpty()) {
      failures.write(LogMessages.manyLogsOfUser());
      return;
    }
    streams.run(
        request,
        response,
        () -> {
          try {
            stream(request, response, application, pod, query, opened, failures);
          } finally {
            permit.get().release();
          }
        },
        () -> {
          permit.get().release();
          failures.write(LogMessages.busy());
        });
  }

  private void stream(
      HttpServletRequest request,
      HttpServletResponse response,
      LiveApplication application,
      String pod,
      LogQuery query,
      Runnable opened,
      MessageWriter failures)
      throws IOException {
    Optional<Response> log;
    try {
      logs.requirePod(application, pod);
      log = logs.open(application, pod, query);
    } catch (ApiFailure e) {
      failures.write(
          e.kind() == ApiFailure.Kind.NOT_FOUND
              ? LogMessages.noSuchPod(application, pod)
              : LogMessages.failed(application, e));
      return;
    }
    try (Response text = log.orElse(null)) {
      opened.run();
      setHeaders(request, response, pod, query);
      if (text != null && !request.getMethod().equals("HEAD")) {
        copy(text.body().byteStream(), query, request, response);
      }
    }
  }

  private void setHeaders(
      HttpServletRequest request, HttpServletResponse response, String pod, LogQuery query) {
    securityHeaders.set(request, response);
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType(TEXT);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
    response.setHeader("Cache-Control", "no-store");
    if (query.follow()) {
      // Compression in the History Server (Jetty's GzipHandler) or in nginx would hold lines back.
      response.setHeader("Content-Encoding", "identity");
      response.setHeader("X-Accel-Buffering", "no");
    }
    if (query.download()) {
      String file = pod + query.container().map(name -> "-" + name).orElse("") + ".log";
      response.setHeader("Content-Disposition", "attachment; filename=\"" + file + "\"");
    }
  }

  private void copy(
      InputStream log, LogQuery query, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ServletOutputStream out = response.getOutputStream();
    if (query.follow()) {
      // The viewer then has the headers, also while the log is quiet.
      out.flush();
    }
    byte[] buffer = new byte[BUFFER];
    while (true) {
      int length;
      try {
        length = log.read(buffer);
      } catch (IOException e) {
        if (!(query.follow() && e instanceof SocketTimeoutException)) {
          LOG.debug("The API server did not complete a log", e);
          ResponseAbort.abort(request, response, context);
        }
        return;
      }
      if (length < 0) {
        return;
      }
      // If the browser has left, this fails, and the response of the API server is closed.
      out.write(buffer, 0, length);
      if (query.follow()) {
        out.flush();
      }
    }
  }

  @Override
  public void close() {
    lists.close();
    streams.close();
  }
}
