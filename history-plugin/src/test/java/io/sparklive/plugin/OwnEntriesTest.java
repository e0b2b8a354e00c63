// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.sparklive.spi.EntryFields;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.apache.spark.status.api.v1.ApplicationAttemptInfo;
import org.apache.spark.status.api.v1.ApplicationInfo;
import org.apache.spark.status.api.v1.UIRoot;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.$colon$colon;
import scala.collection.immutable.Nil$;

/** Runs with the newest Spark version; integration tests run with every supported one. */
class OwnEntriesTest {
  private static final EntryFields OF_NEWEST =
      new EntryFields(
          List.of(), List.of("\"logSourceName\" : \"\"", "\"logSourceFullPath\" : \"\""));

  private final UIRoot uiRoot = mock(UIRoot.class);
  private final OwnEntries entries = new OwnEntries(uiRoot);

  @Test
  void usesBlankEntryUntilAnApplicationIsListed() {
    when(uiRoot.getApplicationInfoList()).thenAnswer(call -> iterator());
    assertThat(entries.fields()).isEqualTo(OF_NEWEST);
    assertThat(entries.fields()).isEqualTo(OF_NEWEST);

    ApplicationInfo listed = application(Option.apply(1), attempt(Option.empty()));
    when(uiRoot.getApplicationInfoList()).thenAnswer(call -> iterator(listed));
    EntryFields fields = entries.fields();
    assertThat(fields.ofApplication()).containsExactly("\"coresGranted\" : 0");
    assertThat(fields.ofAttempt()).containsExactly("\"logSourceFullPath\" : \"\"");
  }

  @Test
  void readsListOnlyOnce() {
    ApplicationInfo listed = application(Option.empty(), attempt(Option.apply("logs")));
    when(uiRoot.getApplicationInfoList()).thenAnswer(call -> iterator(listed));

    assertThat(entries.fields()).isEqualTo(OF_NEWEST);
    assertThat(entries.fields()).isEqualTo(OF_NEWEST);
    verify(uiRoot, times(1)).getApplicationInfoList();
  }

  private static ApplicationAttemptInfo attempt(Option<String> logSourceName) {
    Date time = Date.from(Instant.EPOCH);
    return new ApplicationAttemptInfo(
        Option.apply("2"),
        time,
        time,
        time,
        0,
        "ada",
        true,
        "4.2.0",
        logSourceName,
        Option.apply(""));
  }

  private static ApplicationInfo application(
      Option<Object> coresGranted, ApplicationAttemptInfo attempt) {
    return new ApplicationInfo(
        "app-1",
        "Night shift",
        coresGranted,
        Option.empty(),
        Option.empty(),
        Option.empty(),
        list(attempt));
  }

  private static Iterator<ApplicationInfo> iterator(ApplicationInfo... all) {
    return all.length == 0
        ? OwnEntriesTest.<ApplicationInfo>none().iterator()
        : list(all[0]).iterator();
  }

  private static <T> scala.collection.immutable.List<T> list(T only) {
    return new $colon$colon<>(only, none());
  }

  @SuppressWarnings("unchecked") // an empty list of any type
  private static <T> scala.collection.immutable.List<T> none() {
    return (scala.collection.immutable.List<T>) (Object) Nil$.MODULE$;
  }
}
