// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import com.sun.management.OperatingSystemMXBean;
import io.sparklive.testkit.InstalledPrograms;
import io.sparklive.testkit.Nginx;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.Installation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The machine that the benchmark runs on. */
final class Machine {
  private static final Path CPUS = Path.of("/proc/cpuinfo");
  private static final Path SYSTEM = Path.of("/etc/os-release");
  private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)+");
  private static final int GIB = 1 << 30;

  private Machine() {}

  /** Everything that a figure may depend on, in one line. */
  static String description(SparkVersion version) throws IOException {
    Runtime runtime = Runtime.getRuntime();
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return Stream.of(
            "%d cores of %s"
                .formatted(runtime.availableProcessors(), line(CPUS, "model name\\s*: (.*)")),
            Statistics.plain((double) system.getTotalMemorySize() / GIB) + " GiB of memory",
            line(SYSTEM, "PRETTY_NAME=\"?([^\"]*)\"?"),
            "Linux " + System.getProperty("os.version"),
            "%s %s"
                .formatted(
                    System.getProperty("java.vm.name"), System.getProperty("java.vm.version")),
            "Spark " + version,
            version("nginx", Nginx.find(), "-v"),
            version("wrk", InstalledPrograms.find("wrk"), "-v"),
            version("Chromium", Installation.find().map(Installation::browser), "--version"))
        .collect(Collectors.joining(", "));
  }

  /** The first match in the lines of a file, or {@code unknown}. */
  private static String line(Path file, String form) throws IOException {
    Pattern pattern = Pattern.compile(form);
    return Files.exists(file)
        ? Files.readAllLines(file).stream()
            .map(pattern::matcher)
            .filter(Matcher::matches)
            .map(line -> line.group(1))
            .findFirst()
            .orElse("unknown")
        : "unknown";
  }

  private static String version(String name, Optional<Path> program, String option)
      throws IOException {
    if (program.isEmpty()) {
      return "no " + name;
    }
    Process process =
        new ProcessBuilder(List.of(program.get().toString(), option))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher version = VERSION.matcher(output);
    return version.find() ? name + " " + version.group() : name;
  }
}
