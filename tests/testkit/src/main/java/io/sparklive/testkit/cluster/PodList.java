// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.sparklive.testkit.cluster.PodStore.Snapshot;
import io.sparklive.testkit.cluster.StoredPod.Form;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A list of pods, or a page of one.
 *
 * @param next the token for the next page; empty on the last page
 * @param remaining the number of pods after this page; 0 if the response does not contain it
 */
record PodList(
    long version, Form form, List<StoredPod> pods, Optional<String> next, int remaining) {
  /** Builds the response to a request. */
  static PodList of(PodStore store, PodRequest request) {
    long limit = request.number("limit");
    long version = request.number("resourceVersion");
    boolean cached = request.text("resourceVersion").equals("0");
    if (version > store.version()) {
      throw ApiError.ofTheFuture(version, store.version());
    }
    String token = request.text("continue");
    Snapshot snapshot;
    int start = 0;
    if (token.isEmpty()) {
      snapshot = store.snapshot();
    } else {
      if (version > 0) {
        throw ApiError.badRequest("specifying resource version is not allowed when using continue");
      }
      JsonObject position = position(token);
      snapshot =
          store.snapshot(position.get("rv").getAsLong()).orElseThrow(ApiError::tooOldToContinue);
      start = position.get("start").getAsInt();
    }
    return page(request, snapshot, start, cached || limit <= 0 ? Long.MAX_VALUE : limit);
  }

  private static PodList page(PodRequest request, Snapshot snapshot, int start, long limit) {
    PodSelector selector = request.selector();
    List<StoredPod> all = snapshot.pods();
    List<StoredPod> page = new ArrayList<>();
    int at = start;
    while (at < all.size() && page.size() < limit) {
      if (selector.matches(all.get(at))) {
        page.add(all.get(at));
      }
      at++;
    }
    // As in etcd: whether the remaining pods match the selectors is not known yet.
    int remaining =
        (int) all.subList(at, all.size()).stream().filter(pod -> isIn(pod, request)).count();
    Optional<String> next =
        remaining == 0 ? Optional.empty() : Optional.of(token(snapshot.version(), at));
    boolean countsRemaining =
        request.text("labelSelector").isEmpty() && request.text("fieldSelector").isEmpty();
    return new PodList(
        snapshot.version(), request.form(), page, next, countsRemaining ? remaining : 0);
  }

  private static boolean isIn(StoredPod pod, PodRequest request) {
    return request.namespace().isEmpty() || request.namespace().get().equals(pod.namespace());
  }

  /** The approximate number of characters as JSON. */
  long length() {
    return pods.stream().mapToLong(pod -> pod.length(form)).sum();
  }

  /** Writes the list as JSON. */
  void write(Writer out) throws IOException {
    boolean whole = form == Form.WHOLE;
    out.append(
        whole
            ? "{\"kind\":\"PodList\",\"apiVersion\":\"v1\","
            : "{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/v1\",");
    out.append("\"metadata\":{\"resourceVersion\":\"" + version + "\"");
    if (next.isPresent()) {
      out.append(",\"continue\":\"" + next.get() + "\"");
      if (whole && remaining > 0) {
        out.append(",\"remainingItemCount\":" + remaining);
      }
    }
    if (pods.isEmpty()) {
      out.append(whole ? "},\"items\":[]}" : "},\"items\":null}");
      return;
    }
    out.append("},\"items\":[");
    String comma = "";
    for (StoredPod pod : pods) {
      out.append(comma);
      pod.write(out, form, whole ? "" : form.kind);
      comma = ",";
    }
    out.append("]}");
  }

  private static String token(long version, int start) {
    String position = "{\"v\":\"meta.k8s.io/v1\",\"rv\":%d,\"start\":%d}".formatted(version, start);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(position.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject position(String token) {
    try {
      byte[] position = Base64.getUrlDecoder().decode(token);
      return JsonParser.parseString(new String(position, StandardCharsets.UTF_8)).getAsJsonObject();
    } catch (IllegalArgumentException | IllegalStateException | JsonParseException e) {
      throw ApiError.badRequest("invalid continue token: continue key is not valid: " + token);
    }
  }
}
