// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The YAML in guides: whole Kubernetes objects, or blocks that are marked as fragments. */
final class YamlBlocks {
  private YamlBlocks() {}

  /**
   * Validates a block.
   *
   * @throws RuntimeException if it is no YAML, or no whole object though it is not marked
   * @throws AssertionError if an object has fields that Kubernetes does not have
   */
  static void check(CodeBlock block) {
    if (block.mark(CodeBlock.FRAGMENT).isEmpty()) {
      if (StrictObjects.in(block.text()).isEmpty()) {
        throw new IllegalArgumentException("neither an object nor marked as a fragment");
      }
    } else {
      LoaderOptions options = new LoaderOptions();
      options.setAllowDuplicateKeys(false);
      new Yaml(new SafeConstructor(options)).loadAll(block.text()).forEach(document -> {});
    }
  }
}
