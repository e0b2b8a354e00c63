// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The jars of an S3 server, and those with which Spark reads and writes {@code s3a:} addresses.
 *
 * <p>{@code hadoop-aws} depends on a bundle of Amazon's SDK of 500 MB. Spark gets only the modules
 * that S3A loads. The first time, Maven downloads about 50 MB.
 */
final class ObjectStoreClassPath {
  private static final String S3PROXY = "4.1.0";
  private static final Pattern VERSION_OF_JAR = Pattern.compile("-\\d.*");
  private static final Map<SparkVersion, List<Path>> CLIENTS = new ConcurrentHashMap<>();

  private ObjectStoreClassPath() {}

  /** The server, without its back ends for the clouds. */
  static List<Path> ofServer() {
    return MavenClassPath.of(
        "S3Proxy",
        BuildDirectory.at("s3", "server-" + S3PROXY),
        project(
            "",
            """
            <dependency>
              <groupId>org.gaul</groupId>
              <artifactId>s3proxy</artifactId>
              <version>%s</version>
              <exclusions>
                <exclusion><groupId>com.azure</groupId><artifactId>*</artifactId></exclusion>
                <exclusion><groupId>com.google.cloud</groupId><artifactId>*</artifactId></exclusion>
                <exclusion><groupId>io.grpc</groupId><artifactId>*</artifactId></exclusion>
                <exclusion>
                  <groupId>com.github.openstack4j.core</groupId><artifactId>*</artifactId>
                </exclusion>
                <exclusion>
                  <groupId>com.github.openstack4j.core.connectors</groupId>
                  <artifactId>*</artifactId>
                </exclusion>
                <exclusion><groupId>org.apache.sshd</groupId><artifactId>*</artifactId></exclusion>
              </exclusions>
            </dependency>
            """
                .formatted(S3PROXY)));
  }

  /** Spark's dependencies beside its own jars; Spark's own version of a library wins. */
  static List<Path> ofSpark(SparkVersion version) {
    return CLIENTS.computeIfAbsent(version, ObjectStoreClassPath::resolve);
  }

  private static List<Path> resolve(SparkVersion version) {
    List<Path> spark = SparkClassPath.of(version);
    Set<String> there =
        spark.stream().map(ObjectStoreClassPath::library).collect(Collectors.toSet());
    String hadoop = SparkClassPath.hadoopVersion(version);
    return MavenClassPath.of(
            "S3A for Spark " + version,
            BuildDirectory.at("s3", "hadoop-" + hadoop),
            clientPom(hadoop, isOnNewSdk(hadoop)))
        .stream()
        .filter(jar -> !there.contains(library(jar)))
        .toList();
  }

  /** Hadoop 3.4 uses version 2 of the SDK. */
  private static boolean isOnNewSdk(String hadoop) {
    String[] numbers = hadoop.split("\\.", -1);
    return Integer.parseInt(numbers[0]) > 3 || Integer.parseInt(numbers[1]) >= 4;
  }

  private static String library(Path jar) {
    return VERSION_OF_JAR.matcher(jar.getFileName().toString()).replaceFirst("");
  }

  private static String clientPom(String hadoop, boolean onNewSdk) {
    List<String> modules =
        onNewSdk
            ? List.of("s3-transfer-manager", "sts", "apache-client")
            : List.of("aws-java-sdk-s3", "aws-java-sdk-dynamodb", "aws-java-sdk-sts");
    String group = onNewSdk ? "software.amazon.awssdk" : "com.amazonaws";
    // The version of the SDK is in Hadoop's own parent POM.
    String version = onNewSdk ? "${aws-java-sdk-v2.version}" : "${aws-java-sdk.version}";
    return project(
        """
        <parent>
          <groupId>org.apache.hadoop</groupId>
          <artifactId>hadoop-project</artifactId>
          <version>%s</version>
          <relativePath/>
        </parent>
        """
            .formatted(hadoop),
        """
        <dependency>
          <groupId>org.apache.hadoop</groupId>
          <artifactId>hadoop-aws</artifactId>
          <version>%s</version>
          <exclusions>
            <exclusion>
              <groupId>software.amazon.awssdk</groupId><artifactId>bundle</artifactId>
            </exclusion>
            <exclusion>
              <groupId>com.amazonaws</groupId><artifactId>aws-java-sdk-bundle</artifactId>
            </exclusion>
          </exclusions>
        </dependency>
        """
                .formatted(hadoop)
            + modules.stream()
                .map(module -> dependency(group, module, version))
                .collect(Collectors.joining()));
  }

  private static String dependency(String group, String artifact, String version) {
    return """
        <dependency>
          <groupId>%s</groupId>
          <artifactId>%s</artifactId>
          <version>%s</version>
        </dependency>
        """
        .formatted(group, artifact, version);
  }

  private static String project(String parent, String dependencies) {
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          %s
          <groupId>io.sparklive.testkit</groupId>
          <artifactId>object-store</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <dependencies>
            %s
          </dependencies>
        </project>
        """
        .formatted(parent, dependencies);
  }
}
