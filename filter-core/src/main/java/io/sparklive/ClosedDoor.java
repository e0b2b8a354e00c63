package io.sparklive;

import io.sparklive.routing.Links;
import io.sparklive.routing.PublicLinks;
import io.sparklive.routing.Route;
import io.sparklive.routing.Routes;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Stands for the {@link Door} as long as there is none. The History Server takes our paths for its
 * home page, which would tell a probe that all is well.
 */
record ClosedDoor(Routes routes, PublicLinks publicLinks, Teller teller) implements Entrance {
  @Override
  public void serve(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Route route = routes.of(request);
    if (route instanceof Route.Owned) {
      Links links = publicLinks.of(request);
      teller.tell(new Exchange(route, request, response, links), Messages.notReady(links));
    } else {
      chain.doFilter(request, response);
    }
  }
}
