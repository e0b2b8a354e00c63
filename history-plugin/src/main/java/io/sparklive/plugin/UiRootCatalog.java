package io.sparklive.plugin;

import io.sparklive.application.ApplicationId;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.Knowledge;
import io.sparklive.history.LoggedDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.status.api.v1.ApplicationAttemptInfo;
import org.apache.spark.status.api.v1.ApplicationInfo;
import org.apache.spark.status.api.v1.UIRoot;
import org.apache.spark.ui.SparkUI;
import scala.Option;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * The catalog of the History Server in this JVM. It is the very listing that its own pages are made
 * of; an entry of it is read in some tens of microseconds.
 */
final class UiRootCatalog implements HistoryCatalog {
  // The log of a driver that was killed stays without an end for ever.
  private static final Duration LONGEST_REST = Duration.ofDays(7);

  private final UIRoot uiRoot;

  UiRootCatalog(UIRoot uiRoot) {
    this.uiRoot = uiRoot;
  }

  @Override
  public Knowledge knowledgeOf(ApplicationId id) {
    return newest(id)
        .map(attempt -> attempt.completed() ? Knowledge.COMPLETE : Knowledge.INCOMPLETE)
        .orElse(Knowledge.UNKNOWN);
  }

  @Override
  public Optional<String> newestAttempt(ApplicationId id) {
    return newest(id).map(ApplicationAttemptInfo::attemptId).flatMap(UiRootCatalog::present);
  }

  @Override
  public Optional<LoggedDriver> loggedDriver(ApplicationId id) {
    Instant oldest = Instant.now().minus(LONGEST_REST);
    return newest(id)
        .filter(attempt -> attempt.lastUpdated().toInstant().isAfter(oldest))
        .map(attempt -> uiRoot.withSparkUI(id.value(), attempt.attemptId(), this::settings))
        .flatMap(LoggedDriver::in);
  }

  private Map<String, String> settings(SparkUI ui) {
    Map<String, String> settings = new HashMap<>();
    Iterator<Tuple2<String, String>> all =
        ui.store().environmentInfo().sparkProperties().iterator();
    while (all.hasNext()) {
      Tuple2<String, String> setting = all.next();
      settings.put(setting._1(), setting._2());
    }
    return settings;
  }

  private static <T> Optional<T> present(Option<T> option) {
    return option.isDefined() ? Optional.of(option.get()) : Optional.empty();
  }

  /** Spark lists the newest attempt first, and takes it for the application as a whole. */
  private Optional<ApplicationAttemptInfo> newest(ApplicationId id) {
    return present(uiRoot.getApplicationInfo(id.value())).map(info -> newestOf(info));
  }

  private static ApplicationAttemptInfo newestOf(ApplicationInfo info) {
    return info.attempts().apply(0);
  }
}
