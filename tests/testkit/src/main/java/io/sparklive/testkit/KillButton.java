// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The button for killing a job or a stage on a page of a live UI. It is a link or, in newer patch
 * releases of each line from Spark 4.0, a form with a token. So the page, not the version,
 * determines which.
 *
 * @param action the path of the link or the form, without a query
 * @param id the id of the job or the stage
 * @param token the form's {@code csrfToken}; a link has none
 */
public record KillButton(String action, int id, Optional<String> token) {
  /**
   * The error in a browser's console if the user clicks on a link: its script expects a form around
   * it. The browser follows the link all the same.
   */
  public static final String ERROR_OF_LINK = "this.parentNode.submit is not a function";

  private static final Pattern LINK = Pattern.compile("href=\"([^\"?]*/kill/)\\?id=(\\d+)\"");
  private static final Pattern FORM =
      Pattern.compile(
          "<form action=\"([^\"]*/kill/)\" method=\"POST\"(.*?)</form>", Pattern.DOTALL);

  /** All buttons of a page, in the order of the rows. */
  public static List<KillButton> on(String page) {
    return Stream.concat(
            LINK.matcher(page).results().map(KillButton::ofLink),
            FORM.matcher(page).results().map(KillButton::ofForm))
        .toList();
  }

  /**
   * The button of a job or a stage.
   *
   * @throws IllegalStateException if the page has none
   */
  public static KillButton on(String page, int id) {
    return on(page).stream()
        .filter(button -> button.id() == id)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No button kills " + id + " on " + page));
  }

  /**
   * A CSS selector for the element that the user clicks on.
   *
   * @param kind {@code jobs/job} or {@code stages/stage}
   */
  public static String selector(String kind, String id) {
    return ("a.kill-link[href*='/%1$s/kill/?id=%2$s'],"
            + " form[action$='/%1$s/kill/']:has(> input[name='id'][value='%2$s']) > a.kill-link")
        .formatted(kind, id);
  }

  /** The request of a browser if the user clicks. */
  public HttpRequest.Builder click(URI server) {
    return token
        .map(value -> post(request(server, action), "id=%d&csrfToken=%s".formatted(id, value)))
        .orElseGet(() -> request(server, pathAndQuery()));
  }

  /** The request of a program, which names the id in the query and the page in {@code Referer}. */
  public HttpRequest.Builder post(URI server) {
    return post(
            request(server, pathAndQuery()),
            token.map(value -> "csrfToken=" + value).orElse("terminate=true"))
        .header("Referer", server + action.replaceFirst("(?:job|stage)/kill/$", ""));
  }

  private static KillButton ofLink(MatchResult link) {
    return new KillButton(link.group(1), Integer.parseInt(link.group(2)), Optional.empty());
  }

  private static KillButton ofForm(MatchResult form) {
    int id = Integer.parseInt(field("id", form.group(2)));
    return new KillButton(form.group(1), id, Optional.of(field("csrfToken", form.group(2))));
  }

  private static String field(String name, String fields) {
    Matcher field = Pattern.compile("name=\"" + name + "\" value=\"(\\w+)\"").matcher(fields);
    if (!field.find()) {
      throw new IllegalStateException("No field " + name + " in the form " + fields);
    }
    return field.group(1);
  }

  private static HttpRequest.Builder request(URI server, String path) {
    return HttpRequest.newBuilder(URI.create(server + path));
  }

  private static HttpRequest.Builder post(HttpRequest.Builder request, String form) {
    return request
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(form));
  }

  private String pathAndQuery() {
    return action + "?id=" + id;
  }
}
