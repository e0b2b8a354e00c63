package io.sparklive.plugin;

import io.sparklive.spi.StaticFileSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Spark's static files on the History Server's class path, wherever its tabs have them. */
final class ClasspathStaticFiles implements StaticFileSource {
  // SparkUI.scala, SQLTab.scala and StreamingTab.scala; the longest prefix comes first.
  private static final Map<String, String> PLACES = new LinkedHashMap<>();

  static {
    PLACES.put("/static/sql/", "org/apache/spark/sql/execution/ui/static/");
    PLACES.put("/static/streaming/", "org/apache/spark/streaming/ui/static/");
    PLACES.put("/static/", "org/apache/spark/ui/static/");
  }

  private final ClassLoader spark;

  ClasspathStaticFiles(ClassLoader spark) {
    this.spark = spark;
  }

  @Override
  public Optional<byte[]> read(String path) {
    return PLACES.entrySet().stream()
        .filter(place -> path.startsWith(place.getKey()))
        .findFirst()
        .map(place -> place.getValue() + path.substring(place.getKey().length()))
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
