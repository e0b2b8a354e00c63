// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.SparkVersion;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The settings that all measurements share.
 *
 * @param version the Spark version of History Servers and drivers
 * @param rounds the number of rounds for each subject
 * @param directory an empty directory for temporary files, such as event logs
 * @param log receives the progress
 */
record BenchmarkContext(SparkVersion version, int rounds, Path directory, Consumer<String> log) {}
