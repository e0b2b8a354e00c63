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
 * Lets a driver say itself which application it runs. One that tells nothing before it knows who
 * asks is taken for the one that runs in its pod, which is why the pod was asked.
 */
public record DriverVerifier(DriverApi drivers, ApplicationRegistry registry)
    implements ConnectionVerifier {
  @Override
  public CompletableFuture<Boolean> isDriverOf(
      ApplicationId application, Connection connection, Request question) {
    Optional<DriverAddress> address = registry.find(application).flatMap(LiveApplication::address);
    if (address.isEmpty()) {
      return CompletableFuture.completedFuture(false);
    }
    return drivers
        .whatRunsBehind(address.get(), connection, question)
        .thenApply(reply -> is(application, reply));
  }

  private boolean is(ApplicationId application, ProbeResult reply) {
    if (reply instanceof ProbeResult.Running runs) {
      return runs.id().equals(application);
    }
    return reply instanceof ProbeResult.AuthRequired
        && registry.find(application).map(LiveApplication::state).stream()
            .anyMatch(ApplicationState.AUTH_REQUIRED::equals);
  }
}
