// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection of <a href="https://w3c.github.io/webdriver-bidi/">WebDriver BiDi</a>: commands and
 * their results, one at a time, without events.
 */
final class BiDi implements WebSocket.Listener, AutoCloseable {
  private final Map<Integer, CompletableFuture<JsonObject>> results = new ConcurrentHashMap<>();
  private final AtomicInteger lastId = new AtomicInteger();
  private final StringBuilder message = new StringBuilder();
  private final Duration patience;
  private final WebSocket socket;

  BiDi(URI address, Duration patience) {
    this.patience = patience;
    socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(address, this).join();
  }

  /**
   * Sends a command and awaits its result.
   *
   * @throws IllegalStateException if the browser sends an error
   */
  JsonObject send(String method, JsonObject parameters) {
    int id = lastId.incrementAndGet();
    JsonObject command = new JsonObject();
    command.addProperty("id", id);
    command.addProperty("method", method);
    command.add("params", parameters);
    CompletableFuture<JsonObject> result = new CompletableFuture<>();
    results.put(id, result);
    socket.sendText(command.toString(), true).join();
    JsonObject response = result.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
    if (!response.get("type").getAsString().equals("success")) {
      throw new IllegalStateException(command + ": " + response);
    }
    return response.getAsJsonObject("result");
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    message.append(data);
    if (last) {
      JsonObject response = JsonParser.parseString(message.toString()).getAsJsonObject();
      message.setLength(0);
      if (response.has("id") && !response.get("id").isJsonNull()) {
        Optional.ofNullable(results.remove(response.get("id").getAsInt()))
            .ifPresent(result -> result.complete(response));
      }
    }
    return WebSocket.Listener.super.onText(webSocket, data, last);
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    results.values().forEach(result -> result.completeExceptionally(error));
  }

  @Override
  public void close() {
    socket.abort();
  }
}
