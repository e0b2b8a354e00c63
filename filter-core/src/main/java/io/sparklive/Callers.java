package io.sparklive;

import io.sparklive.access.Caller;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.routing.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Reads from a request who asks. */
final class Callers {
  private Callers() {}

  static Caller of(HttpServletRequest request) {
    return new Caller(
        Optional.ofNullable(request.getRemoteUser()),
        QueryParameters.first(request.getQueryString(), LiveUiProxy.ON_BEHALF_OF));
  }
}
