// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Another JVM on this machine, through its own management interface. */
final class RunningJvm implements AutoCloseable {
  private static final double MIB = 1 << 20;

  /** Objects behind references and finalizers are freed only by the next collection. */
  private static final int COLLECTIONS = 4;

  private final JMXConnector connector;
  private final ThreadMXBean threads;
  private final MemoryMXBean memory;
  private final ClassLoadingMXBean classes;
  private final MemoryPoolMXBean metaspace;
  private final CompilationMXBean compilation;

  private RunningJvm(JMXConnector connector) throws IOException {
    this.connector = connector;
    MBeanServerConnection inside = connector.getMBeanServerConnection();
    this.threads =
        ManagementFactory.newPlatformMXBeanProxy(
            inside, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
    this.memory =
        ManagementFactory.newPlatformMXBeanProxy(
            inside, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
    this.classes =
        ManagementFactory.newPlatformMXBeanProxy(
            inside, ManagementFactory.CLASS_LOADING_MXBEAN_NAME, ClassLoadingMXBean.class);
    this.compilation =
        ManagementFactory.newPlatformMXBeanProxy(
            inside, ManagementFactory.COMPILATION_MXBEAN_NAME, CompilationMXBean.class);
    this.metaspace =
        ManagementFactory.newPlatformMXBeanProxy(
            inside,
            ManagementFactory.MEMORY_POOL_MXBEAN_DOMAIN_TYPE + ",name=Metaspace",
            MemoryPoolMXBean.class);
  }

  /** The JVM with this process id, which must run as the same user. */
  @SuppressWarnings("BanJNDI") // the address is that of a process of our own
  static RunningJvm of(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        String address = machine.startLocalManagementAgent();
        return new RunningJvm(JMXConnectorFactory.connect(new JMXServiceURL(address)));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("The JVM " + pid + " cannot be accessed", e);
    }
  }

  /**
   * The number of bytes that the living threads with this name prefix have allocated since their
   * start. These threads serve the requests, so other activity does not count.
   *
   * @throws IllegalStateException if there are none
   */
  long allocatedBy(String threadName) {
    long[] ids =
        Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
            .filter(thread -> thread != null && thread.getThreadName().startsWith(threadName))
            .mapToLong(ThreadInfo::getThreadId)
            .toArray();
    if (ids.length == 0) {
      throw new IllegalStateException("No thread is called " + threadName);
    }
    return Arrays.stream(threads.getThreadAllocatedBytes(ids)).filter(bytes -> bytes > 0).sum();
  }

  /** The number of its threads, without native ones. */
  int threads() {
    return threads.getThreadCount();
  }

  /** The total time of its compilers. */
  Duration compilationTime() {
    return Duration.ofMillis(compilation.getTotalCompilationTime());
  }

  /** The number of loaded classes. */
  int classes() {
    return classes.getLoadedClassCount();
  }

  /** The metaspace in use, in MiB. */
  double metaspace() {
    return metaspace.getUsage().getUsed() / MIB;
  }

  /** The MiB of heap in use after garbage collections. */
  double heapInUse() {
    List<Double> used = new ArrayList<>();
    for (int i = 0; i < COLLECTIONS; i++) {
      memory.gc();
      used.add(memory.getHeapMemoryUsage().getUsed() / MIB);
    }
    return used.stream().min(Double::compare).orElseThrow();
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
