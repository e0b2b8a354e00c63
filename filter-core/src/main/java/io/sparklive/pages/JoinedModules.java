// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * ES modules as one script. A browser loads it with one request; it would request each module, and
 * compression of many small files saves less.
 *
 * <p>Each module follows the modules that it imports, without its comments, imports and exports. So
 * a name at the top level of one module must not exist in another one, and no import may rename.
 */
final class JoinedModules {
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:[{][^}]*[}] from )?\"[.]/([a-z]+[.]js)\";\n", Pattern.MULTILINE);
  private static final Pattern EXPORT = Pattern.compile("^export ", Pattern.MULTILINE);

  /** Lines that are comments: a quarter of the size. A comment after code stays. */
  private static final Pattern COMMENT =
      Pattern.compile("^ *(?:/[*][*].*?[*]/|//[^\n]*)\n", Pattern.MULTILINE | Pattern.DOTALL);

  private final UnaryOperator<String> sources;
  private final Set<String> joined = new HashSet<>();
  private final StringBuilder script = new StringBuilder();

  private JoinedModules(UnaryOperator<String> sources) {
    this.sources = sources;
  }

  /**
   * Joins a module and all modules that it imports.
   *
   * @param entry the name of the module
   * @param sources returns the source of the module of a name
   */
  static String of(String entry, UnaryOperator<String> sources) {
    JoinedModules modules = new JoinedModules(sources);
    modules.add(entry);
    return modules.script.toString();
  }

  private void add(String name) {
    if (!joined.add(name)) {
      return;
    }
    String source = sources.apply(name);
    IMPORT.matcher(source).results().forEach(found -> add(found.group(1)));
    script.append(without(EXPORT, without(IMPORT, without(COMMENT, source))));
  }

  private static String without(Pattern pattern, String text) {
    return pattern.matcher(text).replaceAll("");
  }
}
