package io.sparklive.driver;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.application.ApplicationFacts;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.DriverSettings;
import io.sparklive.turns.Turns;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver's REST API, asked without holding a thread while it thinks.
 *
 * <p>The format is that of Spark's <a
 * href="https://spark.apache.org/docs/latest/monitoring.html#rest-api">monitoring REST API</a>. A
 * driver lists itself alone under {@code /api/v1/applications}, with one attempt that is not
 * completed; anything else is no driver's answer.
 *
 * <p>Thread-safe.
 */
public final class DriverApi {
  private static final Logger LOG = LoggerFactory.getLogger(DriverApi.class);
  // A driver's list of itself is about 500 bytes, and its name may be long.
  private static final int LONGEST_ANSWER = 64 * 1024;
  // Usually about 90 kB; the class path makes most of it.
  private static final int LONGEST_ENVIRONMENT = 4 * 1024 * 1024;
  // Thousands of drivers may appear at once; each question is a connection.
  private static final int MOST_AT_ONCE = 512;
  // Asked again later; others wait meanwhile.
  private static final Duration LONGEST_TO_TELL = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(1);
  // What says that one has to log in, or to go somewhere to do so (RFC 9110, section 15).
  private static final Set<Integer> GUARDED = Set.of(401, 403, 302, 303, 307);

  private final HttpClient client;
  private final String via;
  private final Duration timeout;
  private final Turns turns = new Turns(MOST_AT_ONCE);
  private final Certificates certificates = new Certificates();

  /**
   * @param client a started client that follows no redirects and answers no challenge
   * @param via what we are called in a {@code Via} header, by which a loop is noticed
   * @param timeout how long a driver may take for a whole answer
   */
  public DriverApi(HttpClient client, String via, Duration timeout) {
    this.client = client;
    this.via = via;
    this.timeout = timeout;
  }

  /**
   * Asks which application the driver at this address runs, in its turn. Where it leads to its
   * HTTPS port, as {@code spark.ssl.ui.enabled} makes it, it is asked there.
   *
   * @return what came of it; never failed
   */
  public CompletableFuture<DriverReply> whatRunsAt(DriverAddress address) {
    return turns
        .take(() -> ask(address))
        .thenCompose(
            answer ->
                answer.secure().isPresent()
                    ? whatRunsAt(answer.secure().get())
                    : CompletableFuture.completedFuture(answer.reply()))
        .exceptionally(
            failure -> {
              LOG.warn("{} cannot be asked", address, failure);
              return new DriverReply.Silent();
            });
  }

  /**
   * What came back.
   *
   * @param secure the HTTPS port that it leads to
   */
  private record Answer(DriverReply reply, Optional<DriverAddress> secure) {}

  private CompletableFuture<Answer> ask(DriverAddress address) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Request request = question(client.newRequest(address.uri()), "/api/v1/applications", timeout);
    request.send(
        new Body(LONGEST_ANSWER) {
          @Override
          public void onComplete(Result result) {
            certificates.judge(address, result.getFailure());
            answer.complete(
                new Answer(
                    read(address, result, getContent()), SecurePort.behind(address, result)));
          }
        });
    return ended(answer, request, timeout)
        .exceptionally(late -> new Answer(new DriverReply.Silent(), Optional.empty()));
  }

  /**
   * Asks which application answers on this very connection, whatever may answer on another.
   *
   * @param address where the connection leads
   * @param request a new request of the client whose connection it is
   * @return what answered; failed where nothing did
   */
  public CompletableFuture<DriverReply> whatRunsBehind(
      DriverAddress address, Connection connection, Request request) {
    CompletableFuture<DriverReply> reply = new CompletableFuture<>();
    connection.send(
        question(request, "/api/v1/applications", timeout),
        new Body(LONGEST_ANSWER) {
          @Override
          public void onComplete(Result result) {
            DriverReply read = read(address, result, getContent());
            if (read instanceof DriverReply.Silent) {
              reply.completeExceptionally(result.getFailure());
            } else {
              reply.complete(read);
            }
          }
        });
    return ended(reply, request, timeout);
  }

  /**
   * Asks a driver for its settings.
   *
   * @return what they say; empty where it does not tell
   */
  public CompletableFuture<Optional<DriverSettings>> settingsOf(
      ApplicationId id, DriverAddress address) {
    return tell(id, address, "/environment", LONGEST_ENVIRONMENT)
        .thenApply(json -> json.flatMap(Environment::read));
  }

  /**
   * Asks a driver for something of its application, for a few seconds at most.
   *
   * @param below the path below the application, with its first slash, and the query
   * @param longest how many bytes the answer may have
   * @return the JSON; empty where it does not tell, or more than that
   */
  CompletableFuture<Optional<byte[]>> tell(
      ApplicationId id, DriverAddress address, String below, int longest) {
    CompletableFuture<Optional<byte[]>> answer = new CompletableFuture<>();
    Duration brief = timeout.compareTo(LONGEST_TO_TELL) < 0 ? timeout : LONGEST_TO_TELL;
    Request request =
        question(client.newRequest(address.uri()), "/api/v1/applications/" + id + below, brief);
    request.send(
        new Body(longest) {
          @Override
          public void onComplete(Result result) {
            boolean told =
                result.isSucceeded() && result.getResponse().getStatus() == HttpStatus.OK_200;
            answer.complete(told ? Optional.ofNullable(getContent()) : Optional.empty());
          }
        });
    return ended(answer, request, brief).exceptionally(late -> Optional.empty());
  }

  /**
   * An answer that is held, up to so many bytes. Jetty's client knows some interim answers (RFC
   * 9110, section 15.2) and skips them; over any other it would wait for ever.
   */
  private abstract static class Body extends BufferingResponseListener {
    Body(int longest) {
      super(longest);
    }

    @Override
    public void onBegin(Response response) {
      if (HttpStatus.isInformational(response.getStatus())) {
        CompletableFuture<Boolean> unused =
            response.abort(new EOFException("an interim answer that is not known"));
      }
    }
  }

  private Request question(Request request, String path, Duration within) {
    return request
        .path(path)
        .timeout(within.toMillis(), TimeUnit.MILLISECONDS)
        .headers(
            headers ->
                headers
                    .put(HttpHeader.ACCEPT, "application/json")
                    .put(HttpHeader.VIA, "1.1 " + via));
  }

  /** Ends a question a little after Jetty's client should have, whatever keeps it. */
  private static <T> CompletableFuture<T> ended(
      CompletableFuture<T> answer, Request request, Duration within) {
    return answer
        .orTimeout(within.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (value, failure) -> {
              if (failure instanceof TimeoutException) {
                CompletableFuture<Boolean> unused = request.abort(failure);
              }
            });
  }

  private static DriverReply read(DriverAddress address, Result result, byte[] content) {
    if (result.isFailed()) {
      return failed(result);
    }
    int status = result.getResponse().getStatus();
    if (GUARDED.contains(status) && SecurePort.behind(address, result).isEmpty()) {
      return new DriverReply.Guarded(address);
    }
    if (status != HttpStatus.OK_200 || content == null) {
      return new DriverReply.SomethingElse();
    }
    try {
      return running(JsonParser.parseString(new String(content, StandardCharsets.UTF_8)), address)
          .orElseGet(DriverReply.SomethingElse::new);
    } catch (RuntimeException e) {
      // Not the shape of a driver's answer, in any of the ways that Gson and java.time tell.
      return new DriverReply.SomethingElse();
    }
  }

  private static DriverReply failed(Result result) {
    Throwable failure = result.getFailure();
    if (failure instanceof ConnectException) {
      return new DriverReply.Refused();
    }
    if (failure instanceof SocketTimeoutException // "Connect Timeout": Jetty's own is another
        || failure instanceof NoRouteToHostException
        || failure instanceof UnknownHostException
        || failure instanceof UnresolvedAddressException) {
      return new DriverReply.Unreachable();
    }
    // A whole answer, but too long.
    return failure instanceof IllegalArgumentException
        ? new DriverReply.SomethingElse()
        : new DriverReply.Silent();
  }

  private static Optional<DriverReply> running(JsonElement list, DriverAddress address) {
    if (list.getAsJsonArray().size() != 1) {
      return Optional.empty();
    }
    JsonObject application = list.getAsJsonArray().get(0).getAsJsonObject();
    if (!application.has("attempts") || application.getAsJsonArray("attempts").size() != 1) {
      return Optional.empty();
    }
    JsonObject attempt = application.getAsJsonArray("attempts").get(0).getAsJsonObject();
    if (!attempt.has("completed")
        || attempt.get("completed").getAsBoolean()
        || !attempt.has("startTimeEpoch")) {
      return Optional.empty();
    }
    ApplicationFacts facts =
        new ApplicationFacts(
            text(application, "name").orElse(""),
            text(attempt, "attemptId"),
            Instant.ofEpochMilli(Math.max(0, attempt.get("startTimeEpoch").getAsLong())),
            text(attempt, "sparkUser").orElse(""),
            text(attempt, "appSparkVersion").orElse(ApplicationFacts.UNKNOWN_VERSION));
    return text(application, "id")
        .flatMap(ApplicationId::parse)
        .map(id -> new DriverReply.Runs(id, facts, address));
  }

  private static Optional<String> text(JsonObject object, String field) {
    JsonElement value = object.get(field);
    return value == null || value.isJsonNull()
        ? Optional.empty()
        : Optional.of(value.getAsString());
  }
}
