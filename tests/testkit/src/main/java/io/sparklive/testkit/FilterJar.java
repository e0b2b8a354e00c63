// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * Servlet filters of the tests in a jar for the class path of a History Server or a driver. They
 * are written for {@code jakarta.servlet} and converted to {@code javax.servlet} for Spark 3.
 */
public final class FilterJar {

  private static final Remapper TO_JAVAX =
      new Remapper(Opcodes.ASM9) {
        @Override
        public String map(String internalName) {
          return internalName.startsWith("jakarta/servlet/")
              ? "javax" + internalName.substring("jakarta".length())
              : internalName;
        }
      };

  private FilterJar() {}

  /**
   * Makes a jar of all classes in a filter's package. They may use only the JDK, the servlet API
   * and each other, because nothing else is on their class path. Threads and JVMs may call this at
   * the same time: each replaces the whole jar, and a process that has opened the old one keeps it.
   */
  public static Path of(SparkVersion version, Class<?> filter) {
    String packageName = filter.getPackageName();
    Path jar = BuildDirectory.at("filters", "%s-%s.jar".formatted(packageName, version));
    try {
      Files.createDirectories(jar.getParent());
      Path whole = Files.createTempFile(jar.getParent(), "filters", ".new");
      write(whole, classesBeside(filter), packageName.replace('.', '/') + "/", version);
      return Files.move(whole, jar, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path jar, List<Path> classes, String folder, SparkVersion version)
      throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      for (Path one : classes) {
        byte[] bytes = Files.readAllBytes(one);
        entries.putNextEntry(new JarEntry(folder + one.getFileName()));
        entries.write(version.line().startsWith("3.") ? withJavax(bytes) : bytes);
      }
    }
  }

  private static byte[] withJavax(byte[] classFile) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(classFile).accept(new ClassRemapper(writer, TO_JAVAX), 0);
    return writer.toByteArray();
  }

  private static List<Path> classesBeside(Class<?> filter) throws IOException {
    try (Stream<Path> files = Files.list(fileOf(filter).getParent())) {
      return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
  }

  private static Path fileOf(Class<?> filter) {
    String name = filter.getName().replace('.', File.separatorChar) + ".class";
    try {
      Path root = Path.of(filter.getProtectionDomain().getCodeSource().getLocation().toURI());
      return root.resolve(name);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
