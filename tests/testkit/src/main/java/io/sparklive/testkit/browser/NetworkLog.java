// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Combines requests and responses from the events of the <a
 * href="https://chromedevtools.github.io/devtools-protocol/tot/Network/">DevTools protocol</a>, as
 * chromedriver writes them into its performance log.
 */
public final class NetworkLog {

  /**
   * Reads the text of a response from the browser; empty if the browser does not have it any more.
   */
  public interface Bodies {
    Optional<String> of(String requestId);
  }

  private final Bodies bodies;
  private final Map<String, Request> open = new LinkedHashMap<>();
  private final List<Request> all = new ArrayList<>();
  private final List<String> dialogs = new ArrayList<>();
  private boolean dialogIsOpen;

  public NetworkLog(Bodies bodies) {
    this.bodies = bodies;
  }

  /** Adds one event, in the form of chromedriver. */
  public void add(String entry) {
    JsonObject message = JsonParser.parseString(entry).getAsJsonObject().getAsJsonObject("message");
    JsonObject event = message.getAsJsonObject("params");
    switch (message.get("method").getAsString()) {
      case "Network.requestWillBeSent" -> sent(event);
      case "Network.responseReceived" -> received(event);
      case "Network.loadingFinished" -> finished(event);
      case "Network.loadingFailed" -> failed(event);
      case "Page.frameNavigated" -> navigated(event.getAsJsonObject("frame"));
      case "Page.javascriptDialogOpening" -> {
        dialogs.add(event.get("message").getAsString());
        dialogIsOpen = true;
      }
      case "Page.javascriptDialogClosed" -> dialogIsOpen = false;
      default -> {}
    }
  }

  /** Whether no response is pending, or a dialog blocks the page, so that none can arrive. */
  public boolean isQuiet() {
    return open.isEmpty() || dialogIsOpen;
  }

  public List<Exchange> exchanges() {
    return all.stream().map(Request::exchange).toList();
  }

  /** The exchanges that have a response, or were aborted. */
  public List<Exchange> finished() {
    return all.stream()
        .filter(request -> !open.containsValue(request))
        .map(Request::exchange)
        .toList();
  }

  public List<String> dialogs() {
    return List.copyOf(dialogs);
  }

  private void sent(JsonObject event) {
    String id = event.get("requestId").getAsString();
    JsonObject sent = event.getAsJsonObject("request");
    String url = sent.get("url").getAsString();
    if (!url.matches("(?:http|ws)s?:.*")) {
      // Data, or a page of the browser's own.
      return;
    }
    // A redirected request keeps its id.
    Optional.ofNullable(open.remove(id))
        .ifPresent(earlier -> earlier.response = event.getAsJsonObject("redirectResponse"));
    Request request =
        new Request(sent.get("method").getAsString(), url, event.get("loaderId").getAsString());
    open.put(id, request);
    all.add(request);
  }

  private void received(JsonObject event) {
    Optional.ofNullable(open.get(event.get("requestId").getAsString()))
        .ifPresent(request -> request.response = event.getAsJsonObject("response"));
  }

  private void finished(JsonObject event) {
    String id = event.get("requestId").getAsString();
    Request request = open.remove(id);
    if (request != null && request.isText()) {
      request.body = bodies.of(id);
    }
  }

  private void failed(JsonObject event) {
    Request request = open.remove(event.get("requestId").getAsString());
    if (request != null) {
      request.failure = Optional.of(event.get("errorText").getAsString());
    }
  }

  /** The browser aborts the pending requests of a page that is left, without an event. */
  private void navigated(JsonObject frame) {
    if (frame.has("parentId")) {
      return;
    }
    String page = frame.get("loaderId").getAsString();
    all.removeIf(request -> open.containsValue(request) && !request.page.equals(page));
    open.values().removeIf(request -> !request.page.equals(page));
  }

  private static final class Request {
    private final String method;
    private final String url;
    private final String page;
    private JsonObject response = new JsonObject();
    private Optional<String> failure = Optional.empty();
    private Optional<String> body = Optional.empty();

    Request(String method, String url, String page) {
      this.method = method;
      this.url = url;
      this.page = page;
    }

    boolean isText() {
      String type = response.has("mimeType") ? response.get("mimeType").getAsString() : "";
      return type.startsWith("text/") || type.matches("application/.*(json|javascript|xml)");
    }

    Exchange exchange() {
      int status = response.has("status") ? response.get("status").getAsInt() : 0;
      Map<String, String> headers =
          response.has("headers")
              ? response.getAsJsonObject("headers").entrySet().stream()
                  .collect(Collectors.toMap(Map.Entry::getKey, NetworkLog::text))
              : Map.of();
      return new Exchange(method, url, status, headers, failure, body);
    }
  }

  private static String text(Map.Entry<String, JsonElement> header) {
    return header.getValue().getAsString();
  }
}
