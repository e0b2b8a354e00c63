package io.sparklive.upstream;

import io.sparklive.http.StaleConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the History Server on behalf of those who ask us.
 *
 * <p>Thread-safe.
 */
public final class HistoryServerClient {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryServerClient.class);

  /** For what the History Server knows without reading an event log. */
  public static final Duration PROMPTLY = Duration.ofSeconds(10);

  // What a proxy before it says when it is away (RFC 9110, section 15.6), or has too much to do.
  private static final List<Integer> AWAY =
      List.of(
          HttpStatus.TOO_MANY_REQUESTS_429,
          HttpStatus.BAD_GATEWAY_502,
          HttpStatus.SERVICE_UNAVAILABLE_503,
          HttpStatus.GATEWAY_TIMEOUT_504);
  // Of an application, a History Server with the plugin has its driver's response.
  private static final Pattern OF_APPLICATION = Pattern.compile("/api/v1/applications/.*");

  private final HttpClient client;
  private final URI server;
  private final String via;
  private final UpstreamHealth reachability;
  private final RenewedCookies renewed;

  HistoryServerClient(
      HttpClient client,
      URI server,
      String via,
      UpstreamHealth reachability,
      RenewedCookies renewed) {
    this.client = client;
    this.server = server;
    this.via = via;
    this.reachability = reachability;
    this.renewed = renewed;
  }

  /**
   * An answer.
   *
   * @param cookies its {@code Set-Cookie} headers; none if it leads to a login
   * @param date its {@code Date} header, by the History Server's clock; empty where it has none
   * @param body to be read while it is taken; who takes it need not read it to its end
   */
  public record Answer(
      int status, List<String> cookies, Optional<Instant> date, InputStream body) {}

  /** Takes an answer. */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * Reads what is needed of it.
     *
     * @throws IOException when it breaks off, or is not what was asked for: its cookies then do not
     *     count, as those of a login form
     */
    T read(Answer answer) throws IOException;
  }

  /**
   * Asks with GET.
   *
   * @param within how long the whole answer may take
   * @param path below the History Server's address, with its first slash, and the query
   * @param accept the media type that is wanted
   * @return what the reader made of the answer; empty where there was none, or it was not what was
   *     asked for
   */
  public <T> Optional<T> ask(
      IdentityHeaders caller,
      String path,
      String accept,
      Duration within,
      Reader<? extends T> reader) {
    return reachability.hasJustFailed()
        ? Optional.empty()
        : ask(caller, path, accept, within, reader, true);
  }

  private <T> Optional<T> ask(
      IdentityHeaders caller,
      String path,
      String accept,
      Duration within,
      Reader<? extends T> reader,
      boolean isFirst) {
    IdentityHeaders sender = renewed.current(caller);
    boolean isOfApplication = OF_APPLICATION.matcher(path).matches();
    Request question =
        client
            .newRequest(server)
            .path(server.getRawPath() + path)
            .timeout(within.toMillis(), TimeUnit.MILLISECONDS)
            .headers(
                fields -> {
                  sender.values().forEach(fields::put);
                  fields.put(HttpHeader.ACCEPT, accept).put(HttpHeader.VIA, "1.1 " + via);
                });
    InputStreamResponseListener listener = new InputStreamResponseListener();
    question.send(listener);
    try {
      Response response = listener.get(within.toMillis(), TimeUnit.MILLISECONDS);
      List<String> cookies = cookiesIn(response);
      boolean isOk = response.getStatus() == HttpStatus.OK_200;
      if (!isOk) {
        renewed.learn(sender, cookies);
      }
      if (isAway(response)) {
        if (!isOfApplication) {
          reachability.failed("its status is " + response.getStatus());
        }
        return Optional.empty();
      }
      reachability.reached();
      try (InputStream body = listener.getInputStream()) {
        T read = reader.read(new Answer(response.getStatus(), cookies, dateOf(response), body));
        if (isOk) {
          renewed.learn(sender, cookies);
        }
        return Optional.of(read);
      }
    } catch (ExecutionException e) {
      if (isFirst && StaleConnection.mayHaveFailed(question, e.getCause())) {
        return ask(caller, path, accept, within, reader, false);
      }
      if (!isOfApplication || !(e.getCause() instanceof TimeoutException)) {
        reachability.failed(String.valueOf(e.getCause()));
      }
    } catch (TimeoutException e) {
      if (!isOfApplication) {
        reachability.failed("nothing within " + within);
      }
    } catch (IOException e) {
      LOG.debug("{} is not answered as it was asked", path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // Nothing where the answer was read to its end.
      CompletableFuture<Boolean> unused = question.abort(new IOException("enough was read"));
    }
    return Optional.empty();
  }

  /** Whether a server in front of the History Server says that it is away or overloaded. */
  static boolean isAway(Response response) {
    return AWAY.contains(response.getStatus());
  }

  /** None of the way to a login: the browser gets another one, with cookies of its own. */
  private static List<String> cookiesIn(Response response) {
    boolean isLogin =
        HttpStatus.isRedirection(response.getStatus())
            || response.getStatus() == HttpStatus.UNAUTHORIZED_401;
    return isLogin ? List.of() : response.getHeaders().getValuesList(HttpHeader.SET_COOKIE);
  }

  private static Optional<Instant> dateOf(Response response) {
    long millis = response.getHeaders().getDateField(HttpHeader.DATE);
    return millis < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }
}
