// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import io.sparklive.testkit.cluster.StoredPod.Form;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * A request for pods.
 *
 * @param verb {@code list}, {@code watch} or {@code get}, as in a role
 * @param namespace empty for all namespaces
 * @param name the name of the pod, for {@code get} and its log
 * @param log whether the request is for the log of the pod
 * @param query the query parameters as received
 */
record PodRequest(
    String verb,
    Optional<String> namespace,
    Optional<String> name,
    boolean log,
    Fields query,
    Form form) {
  private static final Pattern PATH =
      Pattern.compile("/api/v1(?:/namespaces/([^/]+))?/pods(?:/([^/]+)(/log)?)?");

  static PodRequest of(Request request) {
    Matcher path = PATH.matcher(Request.getPathInContext(request));
    if (!path.matches() || !request.getMethod().equals("GET")) {
      throw ApiError.noSuchResource();
    }
    Fields query = Request.extractQueryParameters(request);
    Optional<String> name = Optional.ofNullable(path.group(2));
    String watch = query.getValue("watch");
    boolean watches = watch != null && !watch.equals("false") && !watch.equals("0");
    String accept = request.getHeaders().get(HttpHeader.ACCEPT);
    return new PodRequest(
        name.isPresent() ? "get" : watches ? "watch" : "list",
        Optional.ofNullable(path.group(1)),
        name,
        path.group(3) != null,
        query,
        accept != null && accept.contains("as=PartialObjectMetadata") ? Form.METADATA : Form.WHOLE);
  }

  PodSelector selector() {
    return new PodSelector(namespace, text("labelSelector"), text("fieldSelector"));
  }

  /** A parameter; empty if it is missing. */
  String text(String parameter) {
    String value = query.getValue(parameter);
    return value == null ? "" : value;
  }

  /** A parameter; 0 if it is missing. */
  long number(String parameter) {
    String value = text(parameter);
    try {
      return value.isEmpty() ? 0 : Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw ApiError.badRequest(
          "strconv.ParseInt: parsing \"%s\": invalid syntax".formatted(value));
    }
  }
}
