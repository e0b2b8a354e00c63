// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A node of a real cluster whose kubelet serves nothing but the log of its pods, over HTTPS on
 * 127.0.0.1. The API server requests logs there.
 */
public final class Kubelet implements AutoCloseable {
  private static final String NODES = "/api/v1/nodes";

  private final AdminApi api;
  private final String node;
  private final AtomicInteger openLogs = new AtomicInteger();
  private final ApiListener listener;
  private volatile PodLog log = PodLog.EMPTY;

  Kubelet(AdminApi api, String node) {
    this.api = api;
    this.node = node;
    this.listener = new ApiListener(TestCertificateAuthority.shared(), new Logs());
    api.create(
        NODES,
        JsonParser.parseString("{\"metadata\": {\"name\": \"" + node + "\"}}").getAsJsonObject());
    api.patch(
        NODES + "/" + node + "/status",
        JsonParser.parseString(
                """
                {"status": {
                  "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
                  "daemonEndpoints": {"kubeletEndpoint": {"Port": %d}}}}
                """
                    .formatted(listener.port()))
            .getAsJsonObject());
  }

  /** The name of the node. */
  public String node() {
    return node;
  }

  /** Sets the log of every container on this node. */
  public void setLog(PodLog log) {
    this.log = log;
  }

  /** How many logs are being sent. */
  public int openLogs() {
    return openLogs.get();
  }

  @Override
  public void close() {
    api.clear(NODES + "/" + node);
    listener.close();
  }

  private final class Logs extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (!Request.getPathInContext(request).startsWith("/containerLogs/")) {
        return false;
      }
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
      openLogs.incrementAndGet();
      try (OutputStream out = Content.Sink.asOutputStream(response)) {
        log.write(Request.extractQueryParameters(request), out, () -> true);
        callback.succeeded();
      } catch (IOException e) {
        callback.failed(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        callback.failed(e);
      } finally {
        openLogs.decrementAndGet();
      }
      return true;
    }
  }
}
