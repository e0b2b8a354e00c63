// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.nio.file.Path;
import java.util.List;

/**
 * The jars of Hadoop's {@code AuthenticationFilter} for Spark 3. Spark's own jar of that class,
 * {@code hadoop-client-api}, has a relocated servlet API, and no servlet container accepts it:
 * these jars have to come before Spark's.
 */
public final class HadoopAuthClassPath {
  private static final String HTTP_CLIENT = "4.5.14";

  private HadoopAuthClassPath() {}

  /** The filter in the version of Spark's Hadoop, and what its type {@code simple} needs. */
  public static List<Path> of(SparkVersion version) {
    String hadoop = SparkClassPath.hadoopVersion(version);
    return MavenClassPath.of(
        "hadoop-auth for Spark " + version,
        BuildDirectory.at("hadoop-auth", hadoop),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>io.sparklive.testkit</groupId>
          <artifactId>hadoop-auth-filter</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <dependencies>
            <dependency>
              <groupId>org.apache.hadoop</groupId>
              <artifactId>hadoop-auth</artifactId>
              <version>%s</version>
              <exclusions>
                <exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>
              </exclusions>
            </dependency>
            <dependency>
              <groupId>org.apache.httpcomponents</groupId>
              <artifactId>httpclient</artifactId>
              <version>%s</version>
              <exclusions>
                <exclusion><groupId>commons-codec</groupId><artifactId>*</artifactId></exclusion>
              </exclusions>
            </dependency>
          </dependencies>
        </project>
        """
            .formatted(hadoop, HTTP_CLIENT));
  }
}
