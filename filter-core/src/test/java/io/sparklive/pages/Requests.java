// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.http.HttpServletRequest;

/** Mock requests with a scheme, a method and headers. */
public final class Requests {
  private Requests() {}

  /** A GET request over HTTP or HTTPS with these headers: names and values in turn. */
  public static HttpServletRequest over(String scheme, String... headers) {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getScheme()).thenReturn(scheme);
    when(request.getMethod()).thenReturn("GET");
    for (int i = 0; i < headers.length; i += 2) {
      when(request.getHeader(headers[i])).thenReturn(headers[i + 1]);
    }
    return request;
  }
}
