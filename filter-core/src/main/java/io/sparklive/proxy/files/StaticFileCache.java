// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy.files;

import io.sparklive.application.ApplicationId;
import io.sparklive.http.FileContent;
import io.sparklive.proxy.HeaderAllowList;
import io.sparklive.proxy.HistoryLink;
import io.sparklive.proxy.ProxyTarget;
import io.sparklive.spi.StaticFileSource;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Caches the static files of drivers. Each file is requested from a driver once; later requests are
 * served from memory.
 *
 * <p>A driver's file is for its own application only, and not for a later one with the same id. If
 * the file has the same bytes as the file of that name in the History Server's Spark, the bytes are
 * in memory once for all drivers. Version and date do not count: all builds of a version have the
 * same date, even if a build has changed files.
 *
 * <p>Thread-safe.
 */
public final class StaticFileCache {
  private static final int MAX_BYTES = 32 * 1024 * 1024;
  private static final List<String> STORED_HEADERS =
      List.of("Content-Type", "Content-Language", "Content-Disposition", "Content-Security-Policy");
  private static final Set<Integer> FILE_STATUSES =
      Set.of(HttpStatus.OK_200, HttpStatus.PARTIAL_CONTENT_206, HttpStatus.NOT_MODIFIED_304);

  private final StaticFileSource sparkFiles;
  private final HeaderAllowList headers;
  private final HistoryLink historyLink;
  private final Map<String, FileContent> sparkContents = new ConcurrentHashMap<>();
  private final Collection<FileKey> inProgress = ConcurrentHashMap.newKeySet();
  // Guarded by the monitor. In the order of the last use, the least recent first.
  private final Map<ApplicationId, ApplicationFiles> applications =
      new LinkedHashMap<>(16, 0.75f, true);

  private record FileKey(ApplicationId id, String name) {}

  /**
   * @param sparkFiles the static files of the History Server's Spark
   * @param headers the headers of a driver that are forwarded to browsers
   * @param historyLink adds its script to one of the files
   */
  public StaticFileCache(
      StaticFileSource sparkFiles, HeaderAllowList headers, HistoryLink historyLink) {
    this.sparkFiles = sparkFiles;
    this.headers = headers;
    this.historyLink = historyLink;
  }

  /** Returns the {@code Cache-Control} of a driver's file; empty for any other response. */
  public static Optional<String> cacheControl(
      HttpServletRequest request, ProxyTarget target, Response serverResponse) {
    return Optional.of(StaticFile.CACHE_CONTROL)
        .filter(value -> isSameForAllUsers(request, target))
        .filter(value -> FILE_STATUSES.contains(serverResponse.getStatus()));
  }

  /**
   * Responds from memory, if the file is there.
   *
   * @return false if the request must be forwarded to the driver; then nothing is written
   */
  public boolean tryRespond(
      HttpServletRequest request, HttpServletResponse response, ProxyTarget target)
      throws IOException {
    Optional<StaticFile> file =
        isCacheable(request, target)
            ? find(target).filter(found -> !target.filesOnly() || found.isFileType())
            : Optional.empty();
    if (file.isPresent()) {
      file.get().write(request, response, target.filesOnly());
    }
    return file.isPresent();
  }

  /**
   * Captures the response to a request to a driver, if it is a file that may be cached. Then the
   * whole file is requested, even if the browser has a part of it.
   *
   * @param executor compresses and stores a large file, which takes too long for the threads that
   *     read from connections
   */
  public void capture(
      HttpServletRequest request, ProxyTarget target, Request proxyRequest, Executor executor) {
    FileKey key = new FileKey(target.applicationId(), name(target));
    boolean isWhole = request.getMethod().equals("GET") && request.getHeader("Range") == null;
    if (!isCacheable(request, target) || !isWhole || !inProgress.add(key)) {
      return;
    }
    FileCapture file = new FileCapture();
    proxyRequest
        .headers(StaticFileCache::requestWholeFile)
        .onResponseContent(file)
        .onResponseSuccess(
            serverResponse -> {
              Runnable store = () -> store(file, serverResponse, target);
              if (file.isLarge()) {
                executor.execute(store);
              } else {
                store.run();
              }
            })
        .onComplete(result -> inProgress.remove(key));
  }

  private void store(FileCapture file, Response serverResponse, ProxyTarget target) {
    file.content(
            serverResponse,
            () -> sparkContent(target),
            bytes -> withHistoryLink(bytes, serverResponse, target))
        .ifPresent(content -> put(target, content, serverResponse));
  }

  /** Changes the headers of a request, so that the response has the whole file, plain or gzip. */
  public static void requestWholeFile(HttpFields.Mutable fields) {
    boolean compressed = fields.getQualityCSV(HttpHeader.ACCEPT_ENCODING).contains("gzip");
    fields
        .remove(HttpHeader.IF_MATCH)
        .remove(HttpHeader.IF_NONE_MATCH)
        .remove(HttpHeader.IF_MODIFIED_SINCE)
        .remove(HttpHeader.IF_UNMODIFIED_SINCE)
        .remove(HttpHeader.IF_RANGE)
        .remove(HttpHeader.RANGE)
        .remove(HttpHeader.ACCEPT_ENCODING);
    if (compressed) {
      fields.put(HttpHeader.ACCEPT_ENCODING, "gzip");
    }
  }

  private static boolean isCacheable(HttpServletRequest request, ProxyTarget target) {
    return isSameForAllUsers(request, target) && request.getQueryString() == null;
  }

  private static boolean isSameForAllUsers(HttpServletRequest request, ProxyTarget target) {
    return target.isStatic()
        && !target.forwardsCredentials()
        && (request.getMethod().equals("GET") || request.getMethod().equals("HEAD"));
  }

  private synchronized Optional<StaticFile> find(ProxyTarget target) {
    return Optional.ofNullable(applications.get(target.applicationId()))
        .filter(files -> files.isFor(target))
        .flatMap(files -> files.find(name(target)));
  }

  private void put(ProxyTarget target, FileContent content, Response serverResponse) {
    put(
        target,
        new StaticFile(
            storedHeaders(serverResponse, target),
            // The driver's date does not cover the script that is added.
            hasHistoryLink(serverResponse, target)
                ? Optional.empty()
                : Optional.ofNullable(serverResponse.getHeaders().get(HttpHeader.LAST_MODIFIED)),
            content,
            sparkContents.get(target.path()) == content));
  }

  private synchronized void put(ProxyTarget target, StaticFile file) {
    applications
        .compute(
            target.applicationId(),
            (id, files) ->
                files != null && files.isFor(target) ? files : new ApplicationFiles(target))
        .put(name(target), file);
    long weight = applications.values().stream().mapToLong(ApplicationFiles::weight).sum();
    Iterator<ApplicationFiles> eldest = applications.values().iterator();
    while (weight > MAX_BYTES) {
      weight -= eldest.next().weight();
      eldest.remove();
    }
  }

  /**
   * The name of a file in the cache: its path, and the root of the live UI if the file is different
   * under each. A path has no question mark.
   */
  private String name(ProxyTarget target) {
    return isSpecific(target) ? target.path() + "?" + target.root() : target.path();
  }

  private boolean isSpecific(ProxyTarget target) {
    return target.path().equals(HistoryLink.FILE) && !historyLink.isShared(target);
  }

  private Optional<FileContent> sparkContent(ProxyTarget target) {
    String path = target.path();
    if (isSpecific(target)) {
      return Optional.empty();
    }
    return Optional.ofNullable(sparkContents.get(path))
        .or(
            () ->
                sparkFiles
                    .read(path)
                    .map(
                        bytes ->
                            path.equals(HistoryLink.FILE) ? historyLink.addShared(bytes) : bytes)
                    .map(
                        bytes ->
                            sparkContents.computeIfAbsent(path, any -> FileContent.of(bytes))));
  }

  private byte[] withHistoryLink(byte[] file, Response serverResponse, ProxyTarget target) {
    return hasHistoryLink(serverResponse, target) ? historyLink.addTo(file, target) : file;
  }

  private boolean hasHistoryLink(Response serverResponse, ProxyTarget target) {
    return target.path().equals(HistoryLink.FILE)
        && HistoryLink.isFile(serverResponse, headers.contentTypes(serverResponse, target));
  }

  private Map<String, String> storedHeaders(Response serverResponse, ProxyTarget target) {
    Map<String, String> stored = new TreeMap<>();
    for (String name : STORED_HEADERS) {
      String values =
          serverResponse.getHeaders().getValuesList(name).stream()
              .flatMap(
                  value ->
                      headers
                          .responseHeader(name, value, serverResponse.getHeaders(), target)
                          .stream())
              .collect(Collectors.joining(", "));
      if (!values.isEmpty()) {
        stored.put(name, values);
      }
    }
    return Map.copyOf(stored);
  }
}
