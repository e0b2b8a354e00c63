// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.maven.shared.invoker.DefaultInvocationRequest;
import org.apache.maven.shared.invoker.InvocationRequest;

/**
 * The Maven that runs these tests, for further runs of the same kind: same installation, local
 * repository and settings, offline if it is. The system property {@code sparklive.maven} describes
 * it, as {@code name=value;name=value}; without it, it is the Maven of {@code MAVEN_HOME}.
 */
final class ThisMaven {

  private ThisMaven() {}

  /** A request for one goal on that POM; the invoker's defaults apply to unknown settings. */
  static InvocationRequest request(Path pom, String goal) {
    Map<String, String> known = known();
    InvocationRequest request = new DefaultInvocationRequest();
    request.setPomFile(pom.toFile());
    request.setBaseDirectory(pom.getParent().toFile());
    request.addArg(goal);
    request.setBatchMode(true);
    request.setOffline(Boolean.parseBoolean(known.get("offline")));
    file(known, "home").ifPresent(request::setMavenHome);
    file(known, "repository").ifPresent(request::setLocalRepositoryDirectory);
    file(known, "settings").ifPresent(request::setUserSettingsFile);
    return request;
  }

  /** The file or directory of that name, if it is set and exists. */
  private static Optional<File> file(Map<String, String> known, String name) {
    return Optional.ofNullable(known.get(name)).map(File::new).filter(File::exists);
  }

  private static Map<String, String> known() {
    return Arrays.stream(System.getProperty("sparklive.maven", "").split(";", -1))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2)
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }
}
