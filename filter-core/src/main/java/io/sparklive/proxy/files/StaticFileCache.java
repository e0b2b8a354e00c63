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
 * The static files of drivers: a driver is asked for each of them once, and they are answered from
 * memory from then on.
 *
 * <p>What a driver sent is for its own application alone, and not for another program that bears
 * the same id later. Where it is byte for byte what this Spark has under that name too, the bytes
 * are in memory once for all. Nothing is taken for the same by its version and date: all builds of
 * a version carry the same date, whoever changes what.
 *
 * <p>Thread-safe.
 */
public final class StaticFileCache {
  private static final int MOST = 32 * 1024 * 1024;
  private static final List<String> SAID_OF_THEM =
      List.of("Content-Type", "Content-Language", "Content-Disposition", "Content-Security-Policy");
  private static final Set<Integer> FILE_STATUSES =
      Set.of(HttpStatus.OK_200, HttpStatus.PARTIAL_CONTENT_206, HttpStatus.NOT_MODIFIED_304);

  private final StaticFileSource own;
  private final HeaderAllowList headers;
  private final HistoryLink historyLink;
  private final Map<String, FileContent> ownContents = new ConcurrentHashMap<>();
  private final Collection<Name> onTheirWay = ConcurrentHashMap.newKeySet();
  // Those looked at longest ago come first.
  private final Map<ApplicationId, ApplicationFiles> shelves = new LinkedHashMap<>(16, 0.75f, true);

  private record Name(ApplicationId id, String path) {}

  /**
   * @param own the files of the Spark that is at hand
   * @param headers decide which of a driver's reach browsers
   * @param historyLink completes one of the files
   */
  public StaticFileCache(StaticFileSource own, HeaderAllowList headers, HistoryLink historyLink) {
    this.own = own;
    this.headers = headers;
    this.historyLink = historyLink;
  }

  /** What browsers are told of how long they may keep an answer of a driver. */
  public static Optional<String> caching(
      HttpServletRequest request, ProxyTarget destination, Response answer) {
    return Optional.of(StaticFile.CACHING)
        .filter(caching -> isForEverybody(request, destination))
        .filter(caching -> FILE_STATUSES.contains(answer.getStatus()));
  }

  /**
   * Answers from memory.
   *
   * @return false where the driver has to be asked; nothing was written then
   */
  public boolean answer(
      HttpServletRequest request, HttpServletResponse response, ProxyTarget destination)
      throws IOException {
    Optional<StaticFile> file =
        isKept(request, destination)
            ? find(destination).filter(kept -> !destination.onlyFile() || kept.isOfFile())
            : Optional.empty();
    if (file.isPresent()) {
      file.get().write(request, response, destination.onlyFile());
    }
    return file.isPresent();
  }

  /**
   * Keeps what this request to a driver brings, where it is a file. The whole of it is asked for
   * then, whatever the browser has of it already.
   *
   * @param executor compresses and stores a large file: that takes too long for a thread which
   *     reads from connections
   */
  public void keep(
      HttpServletRequest request,
      ProxyTarget destination,
      Request proxyRequest,
      Executor executor) {
    Name name = new Name(destination.id(), destination.path());
    boolean isWhole = request.getMethod().equals("GET") && request.getHeader("Range") == null;
    if (!isKept(request, destination) || !isWhole || !onTheirWay.add(name)) {
      return;
    }
    FileCapture file = new FileCapture();
    proxyRequest
        .headers(StaticFileCache::requestWholeFile)
        .onResponseContent(file)
        .onResponseSuccess(
            answer -> {
              Runnable store = () -> store(file, name.path(), answer, destination);
              if (file.isLarge()) {
                executor.execute(store);
              } else {
                store.run();
              }
            })
        .onComplete(result -> onTheirWay.remove(name));
  }

  private void store(FileCapture file, String path, Response answer, ProxyTarget destination) {
    file.content(
            answer, () -> ownContent(path), bytes -> withHistoryLink(bytes, answer, destination))
        .ifPresent(content -> put(destination, content, answer));
  }

  /** Requests the whole file, at most compressed with gzip. */
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

  private static boolean isKept(HttpServletRequest request, ProxyTarget destination) {
    return isForEverybody(request, destination) && request.getQueryString() == null;
  }

  private static boolean isForEverybody(HttpServletRequest request, ProxyTarget destination) {
    return destination.isStatic()
        && !destination.credentials()
        && (request.getMethod().equals("GET") || request.getMethod().equals("HEAD"));
  }

  private synchronized Optional<StaticFile> find(ProxyTarget destination) {
    return Optional.ofNullable(shelves.get(destination.id()))
        .filter(shelf -> shelf.isOf(destination))
        .flatMap(shelf -> shelf.find(destination.path()));
  }

  private void put(ProxyTarget destination, FileContent content, Response answer) {
    put(
        destination,
        new StaticFile(
            saidOf(answer, destination),
            // The driver's date says nothing of the script that is added.
            isCompleted(answer, destination)
                ? Optional.empty()
                : Optional.ofNullable(answer.getHeaders().get(HttpHeader.LAST_MODIFIED)),
            content,
            ownContents.get(destination.path()) == content));
  }

  private synchronized void put(ProxyTarget destination, StaticFile file) {
    shelves
        .compute(
            destination.id(),
            (id, shelf) ->
                shelf != null && shelf.isOf(destination)
                    ? shelf
                    : new ApplicationFiles(destination))
        .put(destination.path(), file);
    long weight = shelves.values().stream().mapToLong(ApplicationFiles::weight).sum();
    Iterator<ApplicationFiles> eldest = shelves.values().iterator();
    while (weight > MOST) {
      weight -= eldest.next().weight();
      eldest.remove();
    }
  }

  private Optional<FileContent> ownContent(String path) {
    return Optional.ofNullable(ownContents.get(path))
        .or(
            () ->
                own.read(path)
                    .map(bytes -> path.equals(HistoryLink.FILE) ? historyLink.addTo(bytes) : bytes)
                    .map(bytes -> ownContents.computeIfAbsent(path, any -> FileContent.of(bytes))));
  }

  private byte[] withHistoryLink(byte[] file, Response answer, ProxyTarget destination) {
    return isCompleted(answer, destination) ? historyLink.addTo(file) : file;
  }

  private boolean isCompleted(Response answer, ProxyTarget destination) {
    return destination.path().equals(HistoryLink.FILE)
        && HistoryLink.isFile(answer, headers.types(answer, destination));
  }

  private Map<String, String> saidOf(Response answer, ProxyTarget destination) {
    Map<String, String> said = new TreeMap<>();
    for (String name : SAID_OF_THEM) {
      String values =
          answer.getHeaders().getValuesList(name).stream()
              .flatMap(
                  value ->
                      headers
                          .responseHeader(name, value, answer.getHeaders(), destination)
                          .stream())
              .collect(Collectors.joining(", "));
      if (!values.isEmpty()) {
        said.put(name, values);
      }
    }
    return Map.copyOf(said);
  }
}
