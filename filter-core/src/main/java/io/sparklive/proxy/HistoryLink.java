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
 * The link to the History Server in the menu of a live UI. A script at the end of one file of the
 * driver adds it: every page of Spark 3.5 to 4.3 loads that file ({@code
 * UIUtils.commonHeaderNodes}). Pages pass through as the driver sent them.
 *
 * <p>The script is the same for all applications, users and prefixes. It works in a classic script
 * and in a module, and adds one link however often it runs.
 *
 * <p>Immutable.
 */
public final class HistoryLink {
  /** The file that gets the script. */
  public static final String FILE = "/static/webui.js";

  private static final String BASES = "BASES";

  private final byte[] script;

  /**
   * @param base the base of live UIs, such as {@code /sparkui}
   */
  HistoryLink(String base) {
    String bases = new Gson().toJson(List.of(base, Routes.REVERSE_PROXY_BASE));
    this.script = ("\n" + read().replace(BASES, bases)).getBytes(StandardCharsets.US_ASCII);
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
  byte[] script() {
    return script.clone();
  }

  /** Returns the file with the script at its end. */
  public byte[] addTo(byte[] file) {
    byte[] whole = Arrays.copyOf(file, file.length + script.length);
    System.arraycopy(script, 0, whole, file.length, script.length);
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
