// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.shared;

import io.sparklive.testkit.SparkVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Shares one {@link SharedHistory} of each version, and one {@link SharedDrivers}, among all test
 * classes of a JVM that read only.
 *
 * <p>Each starts when a test class first takes it. JUnit closes all of them after the last test of
 * the JVM. With several forks each JVM has its own.
 *
 * <pre>{@code
 * @ExtendWith(SharedHistories.class)
 * @ParameterizedClass
 * @MethodSource("io.sparklive.testkit.SparkVersion#underTest")
 * class SomeIT {
 *   @BeforeParameterizedClassInvocation
 *   static void start(SparkVersion version, SharedHistories.Registry shared) {
 *     history = shared.history(version);
 *   }
 * }
 * }</pre>
 */
public final class SharedHistories implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedHistories.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Registry.class;
  }

  @Override
  public Registry resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // Not the root's store: Surefire's forks run each test class by itself, in one session.
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
        .getOrComputeIfAbsent(Registry.class, type -> new Registry(), Registry.class);
  }

  /** The shared processes of this JVM. Thread-safe. */
  public static final class Registry implements AutoCloseable {
    private final Map<SparkVersion, SharedHistory> histories = new LinkedHashMap<>();
    private SharedDrivers drivers;

    private Registry() {}

    /**
     * The History Server of that version, which is started if it does not run yet. A start that
     * failed is repeated for the next test class.
     */
    public synchronized SharedHistory history(SparkVersion version) {
      SharedHistory history = histories.get(version);
      if (history == null) {
        history = SharedHistory.start(version, drivers());
        histories.put(version, history);
      }
      return history;
    }

    /** The drivers, which start if they do not run yet. */
    public synchronized SharedDrivers drivers() {
      if (drivers == null) {
        drivers = new SharedDrivers();
      }
      return drivers;
    }

    @Override
    public synchronized void close() {
      histories.values().forEach(history -> history.server().close());
      if (drivers != null) {
        drivers.close();
      }
    }
  }
}
