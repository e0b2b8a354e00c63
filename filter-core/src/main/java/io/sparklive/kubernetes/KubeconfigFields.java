// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import static io.sparklive.kubernetes.KubeconfigFile.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks the fields of a kubeconfig (v1). A field that changes the user of the requests, or the
 * server, is used or rejected, never ignored.
 */
final class KubeconfigFields {
  private static final Set<String> CONTEXT = Set.of("cluster", "user", "namespace", "extensions");

  private static final Set<String> CLUSTER_TEXTS =
      Set.of(
          "server",
          "tls-server-name",
          "certificate-authority",
          "certificate-authority-data",
          "proxy-url");

  private static final Set<String> CLUSTER_FLAGS =
      Set.of("insecure-skip-tls-verify", "disable-compression");

  private static final Set<String> EXTENSIONS = Set.of("extensions");

  private static final Set<String> USER_TEXTS =
      Set.of(
          "client-certificate",
          "client-certificate-data",
          "client-key",
          "client-key-data",
          "token",
          "tokenFile",
          "username",
          "password",
          "as",
          "as-uid");

  private static final Set<String> USER_REST =
      Set.of("as-groups", "as-user-extra", "auth-provider", "exec", "extensions");

  private static final Set<String> EXEC_TEXTS =
      Set.of("command", "apiVersion", "installHint", "interactiveMode");

  private static final Set<String> EXEC_REST = Set.of("args", "env", "provideClusterInfo");

  private static final Set<String> EXEC_VERSIONS =
      Set.of(
          "client.authentication.k8s.io/v1",
          "client.authentication.k8s.io/v1beta1",
          "client.authentication.k8s.io/v1alpha1");

  private final KubeconfigFile file;

  private KubeconfigFields(KubeconfigFile file) {
    this.file = file;
  }

  /**
   * Checks the fields that are used.
   *
   * @throws IOException if one of them cannot be used; the message names the field and the solution
   */
  static void check(KubeconfigFile file) throws IOException {
    KubeconfigFields fields = new KubeconfigFields(file);
    fields.checkTexts("cluster", file.cluster(), CLUSTER_TEXTS);
    fields.checkTexts("user", file.user(), USER_TEXTS);
    fields.checkFlags();
    fields.checkUser();
    fields.checkExec();
  }

  /** The fields that this version does not support, each with the object that holds it. */
  static Set<String> unknown(KubeconfigFile file) {
    Set<String> unknown = new TreeSet<>();
    collect(unknown, "context", file.context(), List.of(CONTEXT));
    collect(unknown, "cluster", file.cluster(), List.of(CLUSTER_TEXTS, CLUSTER_FLAGS, EXTENSIONS));
    collect(unknown, "user", file.user(), List.of(USER_TEXTS, USER_REST));
    if (file.user().get("exec") instanceof Map<?, ?> exec) {
      collect(unknown, "exec", exec, List.of(EXEC_TEXTS, EXEC_REST));
    }
    return unknown;
  }

  private static void collect(
      Set<String> unknown, String parent, Map<?, ?> fields, List<Set<String>> known) {
    for (Object field : fields.keySet()) {
      if (known.stream().noneMatch(names -> names.contains(field))) {
        unknown.add(parent + "." + field);
      }
    }
  }

  private void checkTexts(String parent, Map<String, Object> fields, Set<String> names)
      throws IOException {
    for (String name : names) {
      Object value = fields.get(name);
      if (value != null && !(value instanceof String)) {
        throw invalidField(parent, name, "must be a text: put it in quotes");
      }
    }
  }

  private void checkFlags() throws IOException {
    for (String name : CLUSTER_FLAGS) {
      Object value = file.cluster().get(name);
      if (value != null && !(value instanceof Boolean)) {
        throw invalidField("cluster", name, "must be true or false");
      }
    }
  }

  private void checkUser() throws IOException {
    Map<String, Object> user = file.user();
    if (user.get("auth-provider") != null) {
      throw invalidField(
          "user", "auth-provider", "is not supported: use exec with the program of your provider");
    }
    boolean certificate = has(user, "client-certificate", "client-certificate-data");
    if (certificate != has(user, "client-key", "client-key-data")) {
      throw invalidField(
          "user",
          certificate ? "client-certificate" : "client-key",
          "needs " + (certificate ? "client-key" : "client-certificate") + " beside it");
    }
    if (has(user, "username") && has(user, "token", "tokenFile")) {
      throw invalidField("user", "username", "is beside a token: keep one of the two");
    }
  }

  private void checkExec() throws IOException {
    Object value = file.user().get("exec");
    if (value == null) {
      return;
    }
    if (!(value instanceof Map<?, ?>)) {
      throw invalidField("user", "exec", "must be an object with a command");
    }
    @SuppressWarnings("unchecked") // YAML
    Map<String, Object> exec = (Map<String, Object>) value;
    checkTexts("exec", exec, EXEC_TEXTS);
    if (text(exec, "command").isEmpty()) {
      throw invalidField("exec", "command", "is missing");
    }
    if (!EXEC_VERSIONS.contains(text(exec, "apiVersion").orElse(""))) {
      throw invalidField(
          "exec", "apiVersion", "must be client.authentication.k8s.io/v1, or its v1beta1");
    }
    if (text(exec, "interactiveMode").equals(Optional.of("Always"))) {
      throw invalidField(
          "exec",
          "interactiveMode",
          "is Always, but a server has no terminal: use a program that works with IfAvailable or"
              + " Never");
    }
  }

  private static boolean has(Map<String, Object> fields, String... names) {
    return List.of(names).stream().anyMatch(name -> text(fields, name).isPresent());
  }

  private IOException invalidField(String parent, String field, String why) {
    return invalidField(file.path(), parent, field, why);
  }

  /** An error about a field, with a message for the administrator. */
  static IOException invalidField(Path file, String parent, String field, String why) {
    return new IOException("%s: %s.%s %s".formatted(file, parent, field, why));
  }

  /**
   * The value of a field that is a list of texts.
   *
   * @throws IOException if the value is of another kind
   */
  static List<String> texts(Path file, String field, @Nullable Object value) throws IOException {
    if (value == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof String text) {
          texts.add(text);
        }
      }
      if (texts.size() == list.size()) {
        return texts;
      }
    }
    throw invalidField(file, "user", field, "must be a list of texts");
  }
}
