// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sparklive.spi.EntryFields;
import io.sparklive.upstream.CatalogJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.status.api.v1.ApplicationInfo;
import org.apache.spark.status.api.v1.JacksonMessageWriter;
import org.apache.spark.status.api.v1.UIRoot;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;

/**
 * The JSON fields of the entries that the History Server in this JVM writes. Its own mapper writes
 * an application that it lists, or a {@link BlankEntry} until it lists any.
 *
 * <p>Thread-safe.
 */
final class OwnEntries {
  private final UIRoot uiRoot;
  private volatile @Nullable EntryFields listed;
  private volatile @Nullable EntryFields blank;

  OwnEntries(UIRoot uiRoot) {
    this.uiRoot = uiRoot;
  }

  /**
   * The fields of an entry. The classes do not change while this JVM runs, so this class reads the
   * list only once: that takes as long as a request for the list.
   */
  EntryFields fields() {
    EntryFields known = listed;
    if (known == null) {
      known = fieldsOfListed();
      listed = known;
    }
    return known != null ? known : fieldsOfBlank();
  }

  private @Nullable EntryFields fieldsOfListed() {
    Iterator<ApplicationInfo> all = uiRoot.getApplicationInfoList();
    return all.hasNext() ? fieldsOf(all.next()) : null;
  }

  private EntryFields fieldsOfBlank() {
    EntryFields known = blank;
    if (known == null) {
      known = fieldsOf(BlankEntry.create());
      blank = known;
    }
    return known;
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
