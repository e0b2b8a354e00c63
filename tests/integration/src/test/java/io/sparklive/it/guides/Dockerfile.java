// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Dockerfile, read line by line. */
record Dockerfile(List<Instruction> instructions) {
  /** One instruction, such as {@code COPY}, and its arguments. */
  record Instruction(String name, String text) {}

  static Dockerfile of(String module) {
    List<Instruction> instructions = new ArrayList<>();
    String text = Project.text(Project.ROOT.resolve(module).resolve("Dockerfile"));
    for (String line : text.replace("\\\n", " ").lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.split(" +", 2);
        instructions.add(new Instruction(parts[0], parts[1].strip()));
      }
    }
    return new Dockerfile(instructions);
  }

  /** The defaults of {@code ARG}. */
  Map<String, String> arguments() {
    Map<String, String> arguments = new HashMap<>();
    for (Instruction line : instructions) {
      if (line.name().equals("ARG")) {
        String[] parts = line.text().split("=", 2);
        arguments.put(parts[0], parts[1]);
      }
    }
    return arguments;
  }

  /** The files that are copied from the module, with arguments filled in. */
  List<String> copied() {
    return instructions.stream()
        .filter(line -> line.name().equals("COPY") && !line.text().startsWith("--from"))
        .map(line -> filled(line.text().split(" +")[0]))
        .toList();
  }

  String last(String name) {
    return instructions.stream()
        .filter(line -> line.name().equals(name))
        .reduce((first, second) -> second)
        .orElseThrow()
        .text();
  }

  private String filled(String text) {
    String filled = text;
    for (Map.Entry<String, String> argument : arguments().entrySet()) {
      filled = filled.replace("${" + argument.getKey() + "}", argument.getValue());
    }
    return filled;
  }
}
