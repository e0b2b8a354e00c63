// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import com.google.gson.Gson;
import io.sparklive.proxy.files.FileRules;
import io.sparklive.proxy.files.StaticFileCache;
import io.sparklive.routing.Routes;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The link to the History Server in the menu of a live UI, and the link to the logs if there are
 * any. A script at the end of one file of the driver adds it: every page of Spark 3.5 to 4.3 loads
 * that file ({@code UIUtils.commonHeaderNodes}). Pages pass through as the driver sent them.
 *
 * <p>The script is the same for all applications, users and prefixes, but for drivers with a base
 * of their own: it has the base without its last segment. It works in a classic script and in a
 * module, and adds each link once however often it runs.
 *
 * <p>Immutable.
 */
public final class HistoryLink {
  /** The file that gets the script. */
  public static final String FILE = "/static/webui.js";

  private static final String BASES = "BASES";
  private static final String HAS_LOGS = "HAS_LOGS";

  private final String base;
  private final boolean hasLogs;
  private final byte[] script;

  /**
   * @param base the base of live UIs, such as {@code /sparkui}
   * @param hasLogs whether the filter shows the logs of pods
   */
  public HistoryLink(String base, boolean hasLogs) {
    this.base = base;
    this.hasLogs = hasLogs;
    this.script = script(List.of(base, Routes.REVERSE_PROXY_BASE));
  }

  private byte[] script(List<String> bases) {
    String text =
        read()
            .replace(BASES, new Gson().toJson(bases))
            .replace(HAS_LOGS, Boolean.toString(hasLogs));
    return ("\n" + text).getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether the file gets the script that is the same for all applications. */
  public boolean isShared(ProxyTarget target) {
    String parent = parent(target);
    return parent.equals(base) || parent.equals(Routes.REVERSE_PROXY_BASE);
  }

  private static String parent(ProxyTarget target) {
    return target.root().substring(0, target.root().lastIndexOf('/'));
  }

  /** Whether the response to this request gets the script, if it is the file. */
  static boolean isFor(HttpServletRequest request, ProxyTarget target) {
    return target.path().equals(FILE)
        && (request.getMethod().equals("GET") || request.getMethod().equals("HEAD"));
  }

  /**
   * Changes the headers of a request to the driver, so that the response has the whole file, and
   * uncompressed. The script can follow only such a file.
   */
  static void requestPlainFile(HttpFields.Mutable headers) {
    StaticFileCache.requestWholeFile(headers);
    headers.remove(HttpHeader.ACCEPT_ENCODING);
  }

  /**
   * Whether a response has the whole file, and the file is a script.
   *
   * @param types the {@code Content-Type} headers as they are forwarded to the browser
   */
  public static boolean isFile(Response serverResponse, List<String> types) {
    return serverResponse.getStatus() == HttpStatus.OK_200 && FileRules.isScript(types);
  }

  /** Whether the bytes of a response are not encoded: only then the script can follow them. */
  static boolean isPlain(Response serverResponse) {
    return !serverResponse.getHeaders().contains(HttpHeader.CONTENT_ENCODING);
  }

  /** Returns the bytes that follow the file. */
  byte[] script(ProxyTarget target) {
    return isShared(target) ? script.clone() : script(List.of(base, parent(target)));
  }

  /** Returns the file with the script at its end. */
  public byte[] addTo(byte[] file, ProxyTarget target) {
    return join(file, script(target));
  }

  /** Returns the file with the script at its end that is the same for all applications. */
  public byte[] addShared(byte[] file) {
    return join(file, script);
  }

  private static byte[] join(byte[] file, byte[] end) {
    byte[] whole = Arrays.copyOf(file, file.length + end.length);
    System.arraycopy(end, 0, whole, file.length, end.length);
    return whole;
  }

  private static String read() {
    try (InputStream file = HistoryLink.class.getResourceAsStream("history-link.js")) {
      if (file == null) {
        throw new IllegalStateException("the jar lacks history-link.js");
      }
      return new String(file.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
