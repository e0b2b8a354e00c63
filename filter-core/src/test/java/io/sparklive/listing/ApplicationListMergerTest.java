// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.lost;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyCollection;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.EndedApplication.History;
import io.sparklive.metrics.Metrics;
import io.sparklive.pages.RecordedResponse;
import io.sparklive.pages.RunningTable;
import io.sparklive.routing.Links;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.HistoryCatalog;
import io.sparklive.spi.HistoryCatalog.Freshness;
import io.sparklive.spi.RemoteHistoryCatalog;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationListMergerTest {
  private static final Links LINKS = new Links("", "/sparkui");
  private static final Instant NOW = STARTED.plusSeconds(60);
  private static final String EMPTY = "[ ]";

  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final ChangingCatalog catalog = new ChangingCatalog();
  private final Metrics metrics = new Metrics(InstantSource.fixed(NOW));
  private final ApplicationListMerger merger =
      new ApplicationListMerger(registry, catalog, InstantSource.fixed(NOW), metrics);
  private final HttpServletRequest request = mock(HttpServletRequest.class);
  private final RecordedResponse response = new RecordedResponse();

  /** The History Server: records the request and the response that reach it. */
  private static class Server implements FilterChain {
    private final String type;
    private final String body;
    private ServletRequest request;
    private ServletResponse response;

    Server(String type, String body) {
      this.type = type;
      this.body = body;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response) throws IOException {
      this.request = request;
      this.response = response;
      response.setContentType(type);
      response.getOutputStream().write(body.getBytes(UTF_8));
    }
  }

  private static Server list(String body) {
    return new Server("application/json", body);
  }

  private static Server home(String kind) throws IOException {
    try (InputStream file =
        ApplicationListMergerTest.class.getResourceAsStream("home-4.2.0-" + kind + ".html")) {
      return new Server("text/html;charset=utf-8", new String(file.readAllBytes(), UTF_8));
    }
  }

  private String listed(Server server) throws IOException, ServletException {
    merger.serveList(request, response, server);
    return response.text();
  }

  private String homePage(Server server) throws IOException, ServletException {
    merger.serveHomePage(request, response, server, LINKS);
    return response.text();
  }

  private void assertUntouched(Server server) {
    assertThat(server.request).isSameAs(request);
    assertThat(server.response).isSameAs(response);
    assertThat(response.text()).isEqualTo(server.body);
  }

  private static String withRunningTable(String page) {
    int content = page.lastIndexOf("<script", page.indexOf("historypage-common.js"));
    return page.substring(0, content)
        + RunningTable.html(LINKS, RunningTable.Page.HOME)
        + page.substring(content);
  }

  @Test
  void listsRunningApplicationWithoutEventLog() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));

    assertThat(listed(list(EMPTY)))
        .isEqualTo(
            "[ "
                + ApplicationJson.of(
                    registry.find(new ApplicationId("app-1")).orElseThrow(), EntryFields.NONE, NOW)
                + " ]");
  }

  @Test
  void addsEntriesWithFieldsOfHistoryServer() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    registry.apply(found("there", "app-2"));
    registry.apply(lost("there", NOW));
    String entry = "{\n  \"id\" : \"own\"\n}";
    EntryFields fields =
        new EntryFields(List.of("\"queue\" : 0"), List.of("\"logSourceName\" : \"\""));
    Server server =
        new Server("application/json", "[ " + entry + " ]") {
          @Override
          public void doFilter(ServletRequest request, ServletResponse response)
              throws IOException {
            // With this request, the History Server lists its first application.
            catalog.setEntryFields(fields);
            super.doFilter(request, response);
          }
        };

    assertThat(listed(server))
        .isEqualTo(
            "[ "
                + entryOf("app-2", fields)
                + ", "
                + entry
                + ", "
                + entryOf("app-1", fields)
                + " ]");
  }

  @Test
  void sendsListIfFieldsAreUnavailable() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    RemoteHistoryCatalog remote = mock(RemoteHistoryCatalog.class, CALLS_REAL_METHODS);
    when(remote.entryFields()).thenThrow(new IllegalStateException("no catalog"));
    String entry = "{\n  \"id\" : \"own\"\n}";

    new ApplicationListMerger(registry, remote, InstantSource.fixed(NOW), metrics)
        .serveList(request, response, list("[ " + entry + " ]"));

    assertThat(response.text())
        .isEqualTo("[ " + entry + ", " + entryOf("app-1", EntryFields.NONE) + " ]");
  }

  private String entryOf(String id, EntryFields fields) {
    return ApplicationJson.of(registry.find(new ApplicationId(id)).orElseThrow(), fields, NOW);
  }

  @Test
  void passesRequestOnUnchanged() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    Server server = list(EMPTY);

    listed(server);

    assertThat(server.request).isSameAs(request);
  }

  @Test
  void requestsRemoteListUncompressedAndSynchronously() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    RemoteHistoryCatalog remote = mock(RemoteHistoryCatalog.class, CALLS_REAL_METHODS);
    when(request.isAsyncSupported()).thenReturn(true);
    when(request.getHeader("Accept-Encoding")).thenReturn("gzip");
    Server server = list(EMPTY);

    new ApplicationListMerger(registry, remote, InstantSource.fixed(NOW), metrics)
        .serveList(request, response, server);

    HttpServletRequest forwarded = (HttpServletRequest) server.request;
    assertThat(forwarded.isAsyncSupported()).isFalse();
    assertThat(forwarded.getHeader("accept-encoding")).isNull();
    assertThatThrownBy(forwarded::startAsync).isInstanceOf(IllegalStateException.class);
    assertThat(response.text()).contains("app-1");
  }

  @Test
  void addsNothingThatRemoteListHas() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    RemoteHistoryCatalog remote = mock(RemoteHistoryCatalog.class, CALLS_REAL_METHODS);
    String entry = "[ {\n  \"id\" : \"app-1\"\n} ]";

    new ApplicationListMerger(registry, remote, InstantSource.fixed(NOW), metrics)
        .serveList(request, response, list(entry));

    assertThat(response.text()).isEqualTo(entry);
    verify(remote, never()).status(any());
    verify(remote, never()).status(any(ApplicationId.class), any());
  }

  @Test
  void omitsEndedApplicationThatRemoteListHasAsRunning() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    registry.apply(lost("here", NOW));
    RemoteHistoryCatalog remote = mock(RemoteHistoryCatalog.class, CALLS_REAL_METHODS);
    when(remote.status(any(ApplicationId.class), eq(Freshness.CURRENT)))
        .thenReturn(CatalogStatus.INCOMPLETE);
    ApplicationListMerger remoteMerger =
        new ApplicationListMerger(registry, remote, InstantSource.fixed(NOW), metrics);

    when(request.getQueryString()).thenReturn("status=completed");
    remoteMerger.serveList(request, response, list(EMPTY));
    assertThat(response.text()).isEqualTo(EMPTY);

    when(request.getQueryString()).thenReturn(null);
    RecordedResponse all = new RecordedResponse();
    String entry = "[ {\n  \"id\" : \"app-1\"\n} ]";
    remoteMerger.serveList(request, all, list(entry));
    assertThat(all.text()).isEqualTo(entry);
  }

  /**
   * The status from the History Server is older than its list, and the log is renamed in between.
   */
  @Test
  void addsEndedApplicationThatRemoteListHasLost() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    registry.apply(lost("here", NOW));
    RemoteHistoryCatalog remote = mock(RemoteHistoryCatalog.class, CALLS_REAL_METHODS);
    when(remote.isListed(any())).thenReturn(true);
    when(remote.status(any(ApplicationId.class), eq(Freshness.CURRENT)))
        .thenReturn(CatalogStatus.INCOMPLETE);
    ApplicationListMerger remoteMerger =
        new ApplicationListMerger(registry, remote, InstantSource.fixed(NOW), metrics);

    remoteMerger.serveList(request, response, list(EMPTY));
    assertThat(response.text()).containsOnlyOnce("\"id\" : \"app-1\"");

    RecordedResponse listed = new RecordedResponse();
    String entry = "[ {\n  \"id\" : \"app-1\"\n} ]";
    remoteMerger.serveList(request, listed, list(entry));
    assertThat(listed.text()).isEqualTo(entry);

    when(request.getQueryString()).thenReturn("status=completed");
    RecordedResponse completed = new RecordedResponse();
    remoteMerger.serveList(request, completed, list(EMPTY));
    assertThat(completed.text()).isEqualTo(EMPTY);
  }

  @Test
  void listsEndedApplicationUntilCatalogHasIt() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    registry.apply(lost("here", NOW));
    assertThat(listed(list(EMPTY))).contains("\"app-1\"", "\"completed\" : true");

    catalog.setStatus("app-1", CatalogStatus.COMPLETE);

    RecordedResponse next = new RecordedResponse();
    String entry = "[ {\n  \"id\" : \"app-1\"\n} ]";
    merger.serveList(request, next, list(entry));

    assertThat(next.text()).isEqualTo(entry);
  }

  @Test
  void passesListThroughIfNothingIsAdded() throws IOException, ServletException {
    Server server = list(EMPTY);

    listed(server);

    assertUntouched(server);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status=completed",
        "status=",
        "minDate=2050-01-01",
        "status=nonsense",
        "limit=x",
        "minDate=x",
        "%zz"
      })
  void passesListThroughIfQueryCoversNothing(String query) throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    when(request.getQueryString()).thenReturn(query);
    Server server = list(EMPTY);

    listed(server);

    assertUntouched(server);
  }

  @Test
  void readsRawQueryWithoutBody() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    when(request.getQueryString()).thenReturn("st%61tus=%72unning");
    when(request.getParameter(any())).thenThrow(new AssertionError("the body may be read"));
    when(request.getParameterValues(any())).thenThrow(new AssertionError("the body may be read"));

    assertThat(listed(list(EMPTY))).contains("\"app-1\"");
  }

  @Test
  void sendsListIfCatalogFails() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    HistoryCatalog failing = mock(HistoryCatalog.class, CALLS_REAL_METHODS);
    when(failing.status(any(ApplicationId.class), any()))
        .thenThrow(new IllegalStateException("no catalog"));
    ApplicationListMerger without =
        new ApplicationListMerger(registry, failing, InstantSource.fixed(NOW), metrics);
    Server list = list(EMPTY);

    without.serveList(request, response, list);

    assertUntouched(list);
    RecordedResponse page = new RecordedResponse();
    when(request.getParameter("showIncomplete")).thenReturn("true");
    Server home = home("incomplete");
    without.serveHomePage(request, page, home, LINKS);
    assertThat(page.text()).isEqualTo(withRunningTable(home.body));
  }

  @Test
  void sendsListIfCatalogFailsWhileStreaming() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    registry.apply(found("there", "app-2"));
    HistoryCatalog failing = mock(HistoryCatalog.class, CALLS_REAL_METHODS);
    when(failing.status(any(ApplicationId.class), eq(Freshness.RECENT)))
        .thenReturn(CatalogStatus.UNKNOWN);
    when(failing.status(anyCollection(), eq(Freshness.CURRENT)))
        .thenThrow(new IllegalStateException("no catalog"));
    String entry = "[ {\n  \"id\" : \"app-1\"\n} ]";

    new ApplicationListMerger(registry, failing, InstantSource.fixed(NOW), metrics)
        .serveList(request, response, list(entry));

    assertThat(response.text())
        .startsWith("[ {\n  \"id\" : \"app-1\"\n}, {\n  \"id\" : \"app-2\"")
        .containsOnlyOnce("app-1");
  }

  @Test
  void sendsListIfRegistryFails() throws IOException, ServletException {
    ApplicationRegistry failing = mock(ApplicationRegistry.class);
    when(failing.all()).thenThrow(new IllegalStateException("no registry"));
    ApplicationListMerger without =
        new ApplicationListMerger(failing, catalog, InstantSource.fixed(NOW), metrics);
    Server list = list(EMPTY);

    without.serveList(request, response, list);

    assertUntouched(list);
    RecordedResponse page = new RecordedResponse();
    Server home = home("completed");
    without.serveHomePage(request, page, home, LINKS);
    assertThat(page.text()).isEqualTo(withRunningTable(home.body));
  }

  @Test
  void addsRunningTableToHomePage() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    when(request.getParameter("showIncomplete")).thenReturn("true");

    assertThat(homePage(home("incomplete"))).contains("<div id=\"history-summary\"></div>");
  }

  @Test
  void addsTableOfEndedApplicationsToHomePage() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    registry.apply(lost("here", NOW));

    assertThat(homePage(home("completed"))).contains("<div id=\"history-summary\"></div>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRUE", "True"})
  void readsShowIncompleteAsSparkDoes(String incomplete) throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    when(request.getParameter("showIncomplete")).thenReturn(incomplete);

    assertThat(homePage(home("incomplete"))).contains("<div id=\"history-summary\"></div>");
  }

  @Test
  void addsNoCompletedTableWhileAllRun() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    Server server = home("completed");

    homePage(server);

    assertThat(response.text()).isEqualTo(withRunningTable(server.body));
  }

  @Test
  void addsNoIncompleteTableIfAllHaveEnded() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    registry.apply(lost("here", NOW));
    when(request.getParameter("showIncomplete")).thenReturn("true");
    Server server = home("incomplete");

    homePage(server);

    assertThat(response.text()).isEqualTo(withRunningTable(server.body));
  }

  @Test
  void addsNoTableIfHistoryServerListsAll() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    catalog.setStatus("app-1", CatalogStatus.INCOMPLETE);
    when(request.getParameter("showIncomplete")).thenReturn("true");
    Server server = home("listing");

    homePage(server);

    assertThat(response.text()).isEqualTo(withRunningTable(server.body));
  }

  @Test
  void addsNoTableWithoutApplications() throws IOException, ServletException {
    Server server = home("incomplete");

    homePage(server);

    assertThat(response.text()).isEqualTo(withRunningTable(server.body));
  }

  @Test
  void omitsRemovedApplication() throws IOException, ServletException {
    registry.apply(found("here", "app-1"));
    registry.apply(lost("here", NOW));
    registry.apply(
        new DiscoveryEvent.HandedOff(
            new ApplicationId("app-1"), History.COMPLETE, "its history is complete"));
    Server server = list(EMPTY);

    listed(server);

    assertUntouched(server);
  }
}
