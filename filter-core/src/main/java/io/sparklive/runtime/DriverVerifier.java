// SPDX-License-Identifier: Apache-2.0
package io.sparklive.runtime;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.LiveApplication;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.ProbeResult;
import io.sparklive.proxy.ConnectionVerifier;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Request;

/**
 * Verifies that a new connection leads to the driver of an application: the driver reports the id
 * of the application that it runs. A driver that requires a login of its own does not report it:
 * the filter trusts the address of its pod.
 *
 * @param driverApi sends the probe on the connection
 * @param registry the applications that discovery has found
 */
public record DriverVerifier(DriverApi driverApi, ApplicationRegistry registry)
    implements ConnectionVerifier {
  @Override
  public CompletableFuture<Boolean> verify(
      ApplicationId application, Connection connection, Request request) {
    Optional<DriverAddress> address = registry.find(application).flatMap(LiveApplication::address);
    if (address.isEmpty()) {
      return CompletableFuture.completedFuture(false);
    }
    return driverApi
        .probe(address.get(), connection, request)
        .thenApply(result -> confirms(result, application));
  }

  private boolean confirms(ProbeResult result, ApplicationId application) {
    if (result instanceof ProbeResult.Running running) {
      return running.id().equals(application);
    }
    return result instanceof ProbeResult.AuthRequired
        && registry.find(application).map(LiveApplication::state).stream()
            .anyMatch(ApplicationState.AUTH_REQUIRED::equals);
  }
}
