package io.sparklive.guides;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The YAML in guides: whole Kubernetes objects, or fragments that are marked as such. */
final class YamlBlocks {
  private YamlBlocks() {}

  /**
   * What the block holds.
   *
   * @throws RuntimeException where it is no YAML, or no whole object though it is not marked
   */
  static List<Object> read(Block block) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<Object> all = new ArrayList<>();
    new Yaml(new SafeConstructor(options)).loadAll(block.text()).forEach(all::add);
    if (block.mark(Block.FRAGMENT).isEmpty()) {
      all.forEach(YamlBlocks::mustBeAnObject);
    }
    return all;
  }

  private static void mustBeAnObject(Object object) {
    if (!(object instanceof Map<?, ?> map)
        || !map.containsKey("apiVersion")
        || !map.containsKey("kind")) {
      throw new IllegalArgumentException(
          "neither a Kubernetes object nor marked as a fragment: " + object);
    }
  }
}
