// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kustomizations under {@code docs/kubernetes/kustomize}. */
final class Kustomizations {
  static final Path DIRECTORY = Project.KUBERNETES.resolve("kustomize");
  static final List<String> BASES = List.of("plugin", "war", "sidecar");
  private static final Path OVERLAYS = Path.of("target", "kustomize").toAbsolutePath();

  private Kustomizations() {}

  /** The names of all components. */
  static List<String> components() {
    try (Stream<Path> directories = Files.list(DIRECTORY.resolve("components"))) {
      return directories.map(directory -> directory.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RenderedObjects rendered(String base, String... components) {
    return RenderedObjects.of(yaml(base, components));
  }

  /** A base with components, in an overlay like that of a user. */
  static String yaml(String base, String... components) {
    if (components.length == 0) {
      return Kubectl.kustomize(DIRECTORY.resolve(base));
    }
    Path overlay = OVERLAYS.resolve(base + "-" + String.join("-", components));
    String root = overlay.relativize(DIRECTORY).toString();
    String list =
        Stream.of(components)
            .map(component -> "  - %s/components/%s\n".formatted(root, component))
            .collect(Collectors.joining());
    return overlay(
        overlay,
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
          - %s/%s
        components:
        %s"""
            .formatted(root, base, list));
  }

  /**
   * The only YAML block in the README, with the plugin's configuration file for the History Server.
   */
  static RenderedObjects overlayOfTheReadme() {
    Path overlay = OVERLAYS.resolve("readme");
    String readme = Project.text(DIRECTORY.resolve("README.md"));
    String block = readme.substring(readme.indexOf("```yaml\n") + 8);
    String root = overlay.relativize(DIRECTORY).toString();
    write(overlay.resolve("history.conf"), Project.text(DIRECTORY.resolve("plugin/history.conf")));
    return RenderedObjects.of(
        overlay(
            overlay,
            block.substring(0, block.indexOf("```")).replace("- ../kustomize", "- " + root)));
  }

  /** A base with the overlay of a guide. */
  static RenderedObjects with(String base, String fragment) {
    Path overlay = OVERLAYS.resolve(base + "-" + Integer.toHexString(fragment.hashCode()));
    String resources =
        "resources:\n  - %s/%s\n".formatted(overlay.relativize(DIRECTORY).toString(), base);
    return RenderedObjects.of(overlay(overlay, resources + fragment));
  }

  /** Tests in another JVM may write or read the same overlay, with the same text. */
  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Path whole = Files.writeString(Files.createTempFile(file.getParent(), "new", ""), text);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String overlay(Path directory, String kustomization) {
    write(directory.resolve("kustomization.yaml"), kustomization);
    return Kubectl.kustomize(directory);
  }

  /** The permissions of {@code rbac/namespaced}, for another namespace. */
  static RenderedObjects rightsIn(String namespace) {
    Path overlay = OVERLAYS.resolve("rights-" + namespace);
    return RenderedObjects.of(
        overlay(
            overlay,
            """
            resources:
              - %s/rbac/namespaced
            namespace: %s
            """
                .formatted(overlay.relativize(DIRECTORY), namespace)));
  }
}
