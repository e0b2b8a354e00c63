package io.sparklive.plugin;

import io.sparklive.application.ApplicationId;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.Knowledge;
import java.util.Optional;
import org.apache.spark.status.api.v1.ApplicationAttemptInfo;
import org.apache.spark.status.api.v1.ApplicationInfo;
import org.apache.spark.status.api.v1.UIRoot;
import scala.Option;

/**
 * The catalog of the History Server in this JVM. It is the very listing that its own pages are made
 * of; an entry of it is read in some tens of microseconds.
 */
final class UiRootCatalog implements HistoryCatalog {
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
    return newest(id)
        .map(ApplicationAttemptInfo::attemptId)
        .filter(Option::isDefined)
        .map(Option::get);
  }

  /** Spark lists the newest attempt first, and takes it for the application as a whole. */
  private Optional<ApplicationAttemptInfo> newest(ApplicationId id) {
    Option<ApplicationInfo> info = uiRoot.getApplicationInfo(id.value());
    return info.isDefined() ? Optional.of(info.get().attempts().apply(0)) : Optional.empty();
  }
}
