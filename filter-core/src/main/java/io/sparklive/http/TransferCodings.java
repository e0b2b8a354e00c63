// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.io.IOException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Checks the transfer codings of a response (RFC 9112, section 6.1). Jetty's client decodes {@code
 * chunked} and ignores any other coding: the browser would receive encoded bytes as content.
 */
public final class TransferCodings {
  private static final String CHUNKED = "chunked";

  private TransferCodings() {}

  /** Whether the response has no transfer coding, or {@code chunked} once and no other. */
  public static boolean areSupported(HttpFields headers) {
    return !headers.contains(HttpHeader.TRANSFER_ENCODING)
        || CHUNKED.equalsIgnoreCase(of(headers).strip());
  }

  private static String of(HttpFields headers) {
    return String.join(", ", headers.getValuesList(HttpHeader.TRANSFER_ENCODING));
  }

  /** A response has a transfer coding that this proxy did not request and cannot decode. */
  public static final class Unsupported extends IOException {
    private static final long serialVersionUID = 1L;

    public Unsupported(HttpFields headers) {
      super("unsupported transfer coding: " + of(headers));
    }
  }
}
