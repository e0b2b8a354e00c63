package io.sparklive.plugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sparklive.spi.EntryFields;
import io.sparklive.upstream.CatalogJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.spark.status.api.v1.ApplicationInfo;
import org.apache.spark.status.api.v1.JacksonMessageWriter;
import org.apache.spark.status.api.v1.UIRoot;
import scala.collection.Iterator;

/**
 * The fields of the entries that the History Server in this JVM writes, from the JSON that its own
 * mapper makes of one: that of an application that it lists, and until it lists any, that of a
 * {@link BlankEntry}.
 *
 * <p>Thread-safe.
 */
final class OwnEntries {
  private final UIRoot uiRoot;
  private volatile Optional<EntryFields> listed = Optional.empty();
  private volatile Optional<EntryFields> blank = Optional.empty();

  OwnEntries(UIRoot uiRoot) {
    this.uiRoot = uiRoot;
  }

  /**
   * The fields. The classes do not change while this JVM runs, so that the list is read once only:
   * that takes as long as to answer a request for it.
   */
  EntryFields fields() {
    if (listed.isEmpty()) {
      listed = fieldsOfListed();
    }
    return listed.orElseGet(this::fieldsOfBlank);
  }

  private Optional<EntryFields> fieldsOfListed() {
    Iterator<ApplicationInfo> all = uiRoot.getApplicationInfoList();
    return all.hasNext() ? Optional.of(fieldsOf(all.next())) : Optional.empty();
  }

  private EntryFields fieldsOfBlank() {
    if (blank.isEmpty()) {
      blank = Optional.of(fieldsOf(BlankEntry.make()));
    }
    return blank.get();
  }

  private static EntryFields fieldsOf(ApplicationInfo entry) {
    try {
      String json = new JacksonMessageWriter().mapper().writeValueAsString(List.of(entry));
      return CatalogJson.readFields(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))
          .orElseThrow();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Spark's mapper does not write " + entry.getClass(), e);
    } catch (IOException e) {
      throw new IllegalStateException("Spark's mapper writes another kind of entry", e);
    }
  }
}
