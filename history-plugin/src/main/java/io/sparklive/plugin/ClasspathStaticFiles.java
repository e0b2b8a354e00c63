// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import io.sparklive.spi.StaticFileSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Spark's static files on the History Server's class path, in the directories of all its tabs. */
final class ClasspathStaticFiles implements StaticFileSource {
  // SparkUI.scala, SQLTab.scala and StreamingTab.scala; the longest prefix comes first.
  private static final Map<String, String> DIRECTORIES = new LinkedHashMap<>();

  static {
    DIRECTORIES.put("/static/sql/", "org/apache/spark/sql/execution/ui/static/");
    DIRECTORIES.put("/static/streaming/", "org/apache/spark/streaming/ui/static/");
    DIRECTORIES.put("/static/", "org/apache/spark/ui/static/");
  }

  private final ClassLoader spark;

  ClasspathStaticFiles(ClassLoader spark) {
    this.spark = spark;
  }

  @Override
  public Optional<byte[]> read(String path) {
    return DIRECTORIES.entrySet().stream()
        .filter(directory -> path.startsWith(directory.getKey()))
        .findFirst()
        .map(directory -> directory.getValue() + path.substring(directory.getKey().length()))
        .flatMap(this::resource);
  }

  private Optional<byte[]> resource(String name) {
    try (InputStream file = spark.getResourceAsStream(name)) {
      return file == null ? Optional.empty() : Optional.of(file.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
