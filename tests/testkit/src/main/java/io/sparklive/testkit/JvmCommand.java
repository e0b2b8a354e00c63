// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A Java program that runs in a process of its own.
 *
 * @param name its name in messages
 * @param home its own directory, with {@code tmp} in it
 * @param classPath its class path, in order
 * @param jvmOptions options of the JVM, before the main class
 * @param mainClass the class with {@code main}
 * @param arguments for {@code main}
 * @param environment added to the inherited environment
 */
record JvmCommand(
    String name,
    Path home,
    List<Path> classPath,
    List<String> jvmOptions,
    String mainClass,
    List<String> arguments,
    Map<String, String> environment) {}
