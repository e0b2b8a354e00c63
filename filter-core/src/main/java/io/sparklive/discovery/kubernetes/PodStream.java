// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.sparklive.kubernetes.ApiFailure;
import io.sparklive.kubernetes.LenientJson;
import java.io.EOFException;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Reads the lists and watch events that the API server sends, with one pod in memory at a time.
 *
 * <p>The formats are those of <a
 * href="https://kubernetes.io/docs/reference/using-api/api-concepts/">Kubernetes API concepts</a>.
 */
final class PodStream {
  private PodStream() {}

  /**
   * The metadata of a page of a list, which is known at its end.
   *
   * @param version the resource version of the whole list
   * @param continueToken the token that requests the next page; empty on the last page
   */
  record PageEnd(String version, String continueToken) {}

  /**
   * Reads a page of a list.
   *
   * @throws IOException if the stream fails or holds no JSON
   * @throws IllegalStateException if it does not hold a list
   */
  static PageEnd readPage(Reader stream, Consumer<Pod> pods) throws IOException {
    JsonReader json = new JsonReader(stream);
    String[] end = {"", ""};
    LenientJson.object(
        json,
        field -> {
          switch (field) {
            case "metadata" ->
                LenientJson.object(
                    json,
                    f -> {
                      switch (f) {
                        case "resourceVersion" -> end[0] = LenientJson.text(json);
                        case "continue" -> end[1] = LenientJson.text(json);
                        default -> json.skipValue();
                      }
                    });
            case "items" -> LenientJson.array(json, () -> pods.accept(PodReader.read(json)));
            default -> json.skipValue();
          }
        });
    if (end[0].isEmpty()) {
      throw new IllegalStateException("a list without a version");
    }
    return new PageEnd(end[0], end[1]);
  }

  /** A reader that records whether its end was reached. */
  private static final class EndDetectingReader extends FilterReader {
    private boolean ended;

    EndDetectingReader(Reader in) {
      super(in);
    }

    @Override
    public int read(char[] buffer, int from, int length) throws IOException {
      int read = super.read(buffer, from, length);
      ended = read < 0;
      return read;
    }
  }

  /** The events of one watch, in their order. */
  static final class Events {
    private final EndDetectingReader stream;
    private final JsonReader json;

    Events(Reader stream) {
      this.stream = new EndDetectingReader(stream);
      json = new JsonReader(this.stream);
      // A watch is a sequence of documents, which strict JSON does not allow.
      json.setStrictness(Strictness.LENIENT);
    }

    /** Waits for the next event; false at a clean end. */
    boolean hasNext() throws IOException {
      try {
        return json.peek() != JsonToken.END_DOCUMENT;
      } catch (EOFException e) {
        // Gson throws this for an empty stream; so does a connection that breaks off.
        if (stream.ended) {
          return false;
        }
        throw e;
      }
    }

    /**
     * Reads the next event.
     *
     * @throws ApiFailure if the event reports that the watch has failed
     * @throws IOException if the stream fails or holds no JSON
     * @throws IllegalStateException if it does not hold an event
     */
    Event next() throws IOException {
      String type = "";
      Pod pod = null;
      json.beginObject();
      while (json.hasNext()) {
        String field = json.nextName();
        if (field.equals("type")) {
          type = LenientJson.text(json);
        } else if (field.equals("object") && type.equals("ERROR")) {
          throw failure();
        } else if (field.equals("object")) {
          pod = PodReader.read(json);
        } else {
          json.skipValue();
        }
      }
      json.endObject();
      if (pod == null) {
        throw new IllegalStateException("an event without an object");
      }
      return new Event(type, pod);
    }

    private ApiFailure failure() throws IOException {
      String[] message = {""};
      int[] code = {0};
      LenientJson.object(
          json,
          field -> {
            switch (field) {
              case "message" -> message[0] = LenientJson.text(json);
              case "code" -> code[0] = json.nextInt();
              default -> json.skipValue();
            }
          });
      ApiFailure.Kind kind = code[0] == 410 ? ApiFailure.Kind.EXPIRED : ApiFailure.Kind.UNAVAILABLE;
      return new ApiFailure(
          kind,
          "the API server ends a watch with %d: %s".formatted(code[0], message[0]),
          Duration.ZERO,
          null);
    }
  }

  /**
   * An event of a watch.
   *
   * @param type such as {@code MODIFIED}
   * @param pod the pod, or its last state if it was deleted; a bookmark has only the version
   */
  record Event(String type, Pod pod) {}
}
