package io.sparklive.web;

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
 * Stands for the {@link RequestRouter} as long as there is none. The History Server takes our paths
 * for its home page, which would tell a probe that all is well.
 */
public record NotReadyHandler(Routes routes, PublicLinks publicLinks, ResponseWriter teller)
    implements RequestHandler {
  @Override
  public void serve(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Route route = routes.of(request);
    if (route instanceof Route.Owned) {
      Links links = publicLinks.of(request);
      teller.tell(new Exchange(route, request, response, links), StatusPages.notReady(links));
    } else {
      chain.doFilter(request, response);
    }
  }
}
