package io.sparklive.discovery.kubernetes;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.EOFException;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lists and watches as the API server sends them, read without holding more than one pod.
 *
 * <p>The formats are those of <a
 * href="https://kubernetes.io/docs/reference/using-api/api-concepts/">Kubernetes API concepts</a>.
 */
final class PodStream {
  private PodStream() {}

  /**
   * How a page of a list ends.
   *
   * @param version the version of the whole list
   * @param continuation what asks for the next page; empty on the last
   */
  record PageEnd(String version, String continuation) {}

  /**
   * Reads a page of a list.
   *
   * @throws IOException if the stream fails or holds no JSON
   * @throws IllegalStateException if it holds something else than a list
   */
  static PageEnd readPage(Reader stream, Consumer<Pod> pods) throws IOException {
    JsonReader json = new JsonReader(stream);
    String[] end = {"", ""};
    PodReader.object(
        json,
        field -> {
          switch (field) {
            case "metadata" ->
                PodReader.object(
                    json,
                    f -> {
                      switch (f) {
                        case "resourceVersion" -> end[0] = PodReader.text(json);
                        case "continue" -> end[1] = PodReader.text(json);
                        default -> json.skipValue();
                      }
                    });
            case "items" -> PodReader.array(json, () -> pods.accept(PodReader.read(json)));
            default -> json.skipValue();
          }
        });
    if (end[0].isEmpty()) {
      throw new IllegalStateException("a list without a version");
    }
    return new PageEnd(end[0], end[1]);
  }

  /** Knows whether it came to its end. */
  private static final class Ending extends FilterReader {
    private boolean ended;

    Ending(Reader in) {
      super(in);
    }

    @Override
    public int read(char[] buffer, int from, int length) throws IOException {
      int read = super.read(buffer, from, length);
      ended = read < 0;
      return read;
    }
  }

  /** The events of one watch, one after the other. */
  static final class Events {
    private final Ending stream;
    private final JsonReader json;

    Events(Reader stream) {
      this.stream = new Ending(stream);
      json = new JsonReader(this.stream);
      // One document after the other.
      json.setStrictness(Strictness.LENIENT);
    }

    /** Waits for the next event; false at a clean end. */
    boolean hasNext() throws IOException {
      try {
        return json.peek() != JsonToken.END_DOCUMENT;
      } catch (EOFException e) {
        // Gson says so of a stream that held nothing at all; a connection that broke does as well.
        if (stream.ended) {
          return false;
        }
        throw e;
      }
    }

    /**
     * Reads the next event.
     *
     * @throws ApiFailure if it says that the watch has failed
     * @throws IOException if the stream fails or holds no JSON
     * @throws IllegalStateException if it holds something else than an event
     */
    Event next() throws IOException {
      String type = "";
      Pod pod = null;
      json.beginObject();
      while (json.hasNext()) {
        String field = json.nextName();
        if (field.equals("type")) {
          type = PodReader.text(json);
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
      PodReader.object(
          json,
          field -> {
            switch (field) {
              case "message" -> message[0] = PodReader.text(json);
              case "code" -> code[0] = json.nextInt();
              default -> json.skipValue();
            }
          });
      ApiFailure.Kind kind = code[0] == 410 ? ApiFailure.Kind.EXPIRED : ApiFailure.Kind.UNAVAILABLE;
      return new ApiFailure(
          kind,
          "the API server ends a watch with %d: %s".formatted(code[0], message[0]),
          Optional.empty(),
          null);
    }
  }

  /**
   * An event of a watch.
   *
   * @param type such as {@code MODIFIED}
   * @param pod as it is, or was last; of a bookmark, the version alone
   */
  record Event(String type, Pod pod) {}
}
