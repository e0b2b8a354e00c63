// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.SparkVersion;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The settings that all measurements share.
 *
 * @param version the Spark of History Servers and drivers
 * @param rounds how often each subject has its turn
 * @param directory an empty directory for what is written meanwhile, such as event logs
 * @param tell reports the progress
 */
record BenchmarkContext(SparkVersion version, int rounds, Path directory, Consumer<String> tell) {}
