// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import static io.sparklive.kubernetes.KubeconfigFile.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers with which a request acts as another user, from the fields {@code as}, {@code
 * as-uid}, {@code as-groups} and {@code as-user-extra} of a user in a kubeconfig.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/">Kubernetes:
 *     User impersonation</a>
 */
final class Impersonation {
  // The characters that a header name may have (RFC 9110, section 5.6.2), without the percent sign.
  private static final String NAME_CHARACTERS = "!#$&'*+-.^_`|~";
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private Impersonation() {}

  /**
   * The headers; none if the user acts as itself.
   *
   * @throws IOException if a field cannot be used, with a message for the administrator
   */
  static Headers headers(KubeconfigFile kubeconfig) throws IOException {
    Path file = kubeconfig.path();
    Map<String, Object> user = kubeconfig.user();
    Optional<String> name = text(user, "as");
    List<String> groups = KubeconfigFields.texts(file, "as-groups", user.get("as-groups"));
    Map<?, ?> extra = extra(file, user.get("as-user-extra"));
    if (name.isEmpty()) {
      // As in kubectl: the API server rejects these headers without a user.
      if (text(user, "as-uid").isPresent() || !groups.isEmpty() || !extra.isEmpty()) {
        throw KubeconfigFields.invalidField(
            file, "user", "as", "is missing: as-uid, as-groups and as-user-extra need it");
      }
      return Headers.EMPTY;
    }
    Headers.Builder headers = new Headers.Builder();
    add(file, "as", headers, "Impersonate-User", name.get());
    if (text(user, "as-uid").isPresent()) {
      add(file, "as-uid", headers, "Impersonate-Uid", text(user, "as-uid").get());
    }
    for (String group : groups) {
      add(file, "as-groups", headers, "Impersonate-Group", group);
    }
    for (Map.Entry<?, ?> entry : extra.entrySet()) {
      String header = "Impersonate-Extra-" + escape(String.valueOf(entry.getKey()));
      for (String value : KubeconfigFields.texts(file, "as-user-extra", entry.getValue())) {
        add(file, "as-user-extra", headers, header, value);
      }
    }
    return headers.build();
  }

  private static Map<?, ?> extra(Path file, @Nullable Object value) throws IOException {
    if (value == null || value instanceof Map<?, ?>) {
      return value == null ? Map.of() : (Map<?, ?>) value;
    }
    throw KubeconfigFields.invalidField(
        file, "user", "as-user-extra", "must be lists of texts by name");
  }

  private static void add(
      Path file, String field, Headers.Builder headers, String name, String value)
      throws IOException {
    if (CONTROL.matcher(value).find()) {
      throw KubeconfigFields.invalidField(
          file, "user", field, "has a line break or the like in it");
    }
    // A name in UTF-8 is sent unchanged, as kubectl does.
    headers.addUnsafeNonAscii(name, value);
  }

  /** Percent-encodes a key, as the function headerKeyEscape of Kubernetes' client-go does. */
  private static String escape(String key) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (b >= '0' && b <= '9')
              || (b >= 'A' && b <= 'Z')
              || (b >= 'a' && b <= 'z')
              || NAME_CHARACTERS.indexOf(b) >= 0;
      escaped.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xFF));
    }
    return escaped.toString();
  }
}
