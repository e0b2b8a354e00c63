// SPDX-License-Identifier: Apache-2.0
package io.sparklive.access;

import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Mocked requests with a method and headers. */
final class MockRequests {
  private MockRequests() {}

  /**
   * A request.
   *
   * @param headers names and values in turn; a name may occur twice, and a header whose value is
   *     null is absent
   */
  static HttpServletRequest with(String method, String... headers) {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getMethod()).thenReturn(method);
    when(request.getHeaders(anyString()))
        .thenAnswer(call -> Collections.enumeration(values(call.getArgument(0), headers)));
    when(request.getHeader(anyString()))
        .thenAnswer(call -> values(call.getArgument(0), headers).stream().findFirst().orElse(null));
    return request;
  }

  private static List<String> values(String name, String... headers) {
    return IntStream.range(0, headers.length / 2)
        .filter(i -> headers[2 * i].equalsIgnoreCase(name))
        .mapToObj(i -> headers[2 * i + 1])
        .filter(value -> value != null)
        .toList();
  }
}
