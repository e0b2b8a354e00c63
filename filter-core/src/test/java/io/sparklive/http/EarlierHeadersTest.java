// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

class EarlierHeadersTest {
  /** A filter or the container has added it since the headers were read. */
  @Test
  void keepsLaterCookie() {
    EarlierHeaders headers = EarlierHeaders.of(mock(HttpServletResponse.class));
    HttpServletResponse response = mock(HttpServletResponse.class);
    when(response.getHeaders("Set-Cookie")).thenReturn(List.of("login=renewed"));

    headers.reset(response);

    InOrder calls = inOrder(response);
    calls.verify(response).reset();
    calls.verify(response).addHeader("Set-Cookie", "login=renewed");
  }
}
