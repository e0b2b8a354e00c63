// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Optional;

/** An error response: a {@code Status} in the words of Kubernetes. */
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final Map<Integer, String> REASONS =
      Map.of(
          400, "BadRequest",
          401, "Unauthorized",
          403, "Forbidden",
          404, "NotFound",
          410, "Expired",
          429, "TooManyRequests",
          500, "InternalError",
          503, "ServiceUnavailable",
          504, "Timeout");

  private final int code;
  private final transient JsonObject body;
  private final transient Optional<String> retryAfter;

  private ApiError(int code, String message, JsonObject details, Optional<String> retryAfter) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
    body = new JsonObject();
    body.addProperty("kind", "Status");
    body.addProperty("apiVersion", "v1");
    body.add("metadata", new JsonObject());
    body.addProperty("status", "Failure");
    body.addProperty("message", message);
    if (REASONS.containsKey(code)) {
      body.addProperty("reason", REASONS.get(code));
    }
    if (details.size() > 0) {
      body.add("details", details);
    }
    body.addProperty("code", code);
  }

  static ApiError badRequest(String message) {
    return new ApiError(400, message, new JsonObject(), Optional.empty());
  }

  static ApiError unauthorized() {
    return new ApiError(401, "Unauthorized", new JsonObject(), Optional.empty());
  }

  static ApiError forbidden(
      String user, String verb, String resource, Optional<String> namespace, Optional<String> pod) {
    String scope =
        namespace.map("in the namespace \"%s\""::formatted).orElse("at the cluster scope");
    String message =
        "pods%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"\" %s"
            .formatted(pod.map(" \"%s\""::formatted).orElse(""), user, verb, resource, scope);
    return new ApiError(403, message, pods(pod), Optional.empty());
  }

  static ApiError forbiddenImpersonation(String user, String name) {
    String message =
        "users \"%s\" is forbidden: User \"%s\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope"
            .formatted(name, user);
    return new ApiError(403, message, new JsonObject(), Optional.empty());
  }

  static ApiError notFound(String pod) {
    String message = "pods \"%s\" not found".formatted(pod);
    return new ApiError(404, message, pods(Optional.of(pod)), Optional.empty());
  }

  static ApiError noSuchResource() {
    String message = "the server could not find the requested resource";
    return new ApiError(404, message, new JsonObject(), Optional.empty());
  }

  static ApiError tooOld(long version, long oldest) {
    String message = "too old resource version: %d (%d)".formatted(version, oldest);
    return new ApiError(410, message, new JsonObject(), Optional.empty());
  }

  static ApiError tooOldToContinue() {
    String message =
        "The provided continue parameter is too old to display a consistent list result. You can"
            + " start a new list without the continue parameter, or use the continue token in this"
            + " response to retrieve the remainder of the results. Continuing with the provided"
            + " token results in an inconsistent list - objects that were created, modified, or"
            + " deleted between the time the first chunk was returned and now may show up in the"
            + " list.";
    return new ApiError(410, message, new JsonObject(), Optional.empty());
  }

  static ApiError ofTheFuture(long version, long current) {
    JsonObject cause = new JsonObject();
    cause.addProperty("reason", "ResourceVersionTooLarge");
    cause.addProperty("message", "Too large resource version");
    JsonArray causes = new JsonArray();
    causes.add(cause);
    JsonObject details = new JsonObject();
    details.add("causes", causes);
    details.addProperty("retryAfterSeconds", 1);
    String message =
        "Timeout: Too large resource version: %d, current: %d".formatted(version, current);
    return new ApiError(504, message, details, Optional.of("1"));
  }

  /** An error that does not depend on the request. */
  static ApiError of(int code, Optional<String> retryAfter) {
    String message = "the server responds with " + code + ", as the test demands";
    return new ApiError(code, message, new JsonObject(), retryAfter);
  }

  int code() {
    return code;
  }

  JsonObject body() {
    return body;
  }

  Optional<String> retryAfter() {
    return retryAfter;
  }

  private static JsonObject pods(Optional<String> name) {
    JsonObject details = new JsonObject();
    name.ifPresent(pod -> details.addProperty("name", pod));
    details.addProperty("kind", "pods");
    return details;
  }
}
