package io.sparklive.runtime;

import io.sparklive.config.Settings;
import io.sparklive.spi.HostEnvironment;
import io.sparklive.web.RequestHandler;
import jakarta.servlet.FilterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances of the filter that there are: the first that finds itself on a History Server
 * starts the one runtime that all share, the last that goes stops it.
 */
public final class SharedRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRuntime.class);
  private static final String FILTER = HostEnvironment.FILTER;

  // A History Server has shown itself long before.
  private static final Duration TIME_TO_SHOW = Duration.ofSeconds(10);

  private static int instances;
  private static volatile long firstCame;
  private static volatile boolean saidInert;
  private static volatile Optional<LiveHistoryRuntime> current = Optional.empty();

  /** Handles requests; empty on every UI but a History Server's. */
  public static Optional<RequestHandler> requestHandler() {
    Optional<LiveHistoryRuntime> live = current;
    if (live.isEmpty() && !saidInert) {
      sayWhetherInert();
    }
    return live.map(LiveHistoryRuntime::requestHandler);
  }

  /** Nothing tells a Master or a Worker but that no context shows what this is. */
  private static synchronized void sayWhetherInert() {
    boolean late = System.nanoTime() - firstCame > TIME_TO_SHOW.toNanos();
    if (late && current.isEmpty() && !saidInert) {
      saidInert = true;
      LOG.info("{} does nothing here: this is no History Server", FILTER);
    }
  }

  /**
   * A filter instance comes.
   *
   * @throws IllegalArgumentException where the filter stands wrongly or a parameter is not
   *     understood; the instance has not come then
   */
  public static synchronized void join(FilterConfig config) {
    if (instances == 0) {
      firstCame = System.nanoTime();
    }
    for (HostEnvironment environment : EnvironmentsHolder.ALL) {
      HostEnvironment.Detection detection = environment.detect(config.getServletContext());
      if (current.isEmpty() && detection instanceof HostEnvironment.HistoryServer historyServer) {
        checkOrder(historyServer.filters());
        Settings settings = Settings.of(environment.parameters(config));
        current =
            Optional.of(
                LiveHistoryRuntime.start(settings, historyServer, config.getServletContext()));
      } else if (current.isEmpty()
          && detection instanceof HostEnvironment.NotAHistoryServer other
          && !saidInert) {
        saidInert = true;
        LOG.info("{} does nothing here: this is the UI of {}", FILTER, other.what());
      }
    }
    instances++;
  }

  /** Whether everything stands by now. */
  public static boolean areReady() {
    return current.map(LiveHistoryRuntime::isReady).orElse(false);
  }

  /** A filter instance goes. */
  public static void leave() {
    Optional<LiveHistoryRuntime> last = Optional.empty();
    synchronized (SharedRuntime.class) {
      instances--;
      if (instances == 0) {
        last = current;
        current = Optional.empty();
        saidInert = false;
      }
    }
    last.ifPresent(LiveHistoryRuntime::stop);
  }

  private static void checkOrder(List<String> filters) {
    int first = filters.indexOf(FILTER);
    if (first >= 0 && first != filters.size() - 1) {
      List<String> right =
          new ArrayList<>(filters.stream().filter(f -> !f.equals(FILTER)).toList());
      right.add(FILTER);
      throw new IllegalArgumentException(
          "spark.ui.filters=%s: %s must stand last and once, as filters after it would not see its requests; write spark.ui.filters=%s"
              .formatted(String.join(",", filters), FILTER, String.join(",", right)));
    }
  }

  /** Looked up once: 28 filter instances ask for it before the first request. */
  private static final class EnvironmentsHolder {
    static final List<HostEnvironment> ALL =
        ServiceLoader.load(HostEnvironment.class, SharedRuntime.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
  }
}
