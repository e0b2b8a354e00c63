// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import io.sparklive.testkit.ProjectFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Markdown file of the project. */
record Document(Path path, List<String> lines) {
  /** The top directory of the project. */
  static final Path ROOT = ProjectFiles.ROOT;

  private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules");
  private static final Pattern FENCE = Pattern.compile("( *)```(.*)");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*)");
  private static final Pattern LINK =
      Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|srcset)=\"([^\"]+)\"");

  /** All of them. */
  static List<Document> all() {
    try (Stream<Path> files = Files.walk(ROOT, 8)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> NOT_OURS.stream().noneMatch(n -> has(ROOT.relativize(file), n)))
          .sorted()
          .map(Document::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Document read(Path path) {
    try {
      return new Document(path, Files.readAllLines(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean has(Path path, String segment) {
    for (Path part : path) {
      if (part.toString().equals(segment)) {
        return true;
      }
    }
    return false;
  }

  /** The path relative to the top directory of the project. */
  String name() {
    return ROOT.relativize(path.toAbsolutePath().normalize()).toString();
  }

  /** Its fenced blocks, in order. */
  List<CodeBlock> blocks() {
    List<CodeBlock> blocks = new ArrayList<>();
    for (int at = 0; at < lines.size(); at++) {
      Matcher fence = FENCE.matcher(lines.get(at));
      if (fence.matches()) {
        int end = endOf(at, fence.group(1));
        blocks.add(
            new CodeBlock(
                this, at + 1, fence.group(2).strip(), marksBefore(at), text(at, end, fence)));
        at = end;
      }
    }
    return blocks;
  }

  /** The fragment that is marked with these words. */
  CodeBlock fragment(String words) {
    List<CodeBlock> found =
        blocks().stream()
            .filter(block -> block.mark(CodeBlock.FRAGMENT).filter(words::equals).isPresent())
            .toList();
    if (found.size() != 1) {
      throw new IllegalStateException(name() + ": " + found.size() + " fragments: " + words);
    }
    return found.get(0);
  }

  private int endOf(int start, String indentation) {
    int end = start + 1;
    while (end < lines.size() && !lines.get(end).equals(indentation + "```")) {
      end++;
    }
    if (end == lines.size()) {
      throw new IllegalStateException(name() + ":" + (start + 1) + ": this fence has no end");
    }
    return end;
  }

  private String text(int start, int end, Matcher fence) {
    StringBuilder text = new StringBuilder();
    for (String line : lines.subList(start + 1, end)) {
      text.append(line.startsWith(fence.group(1)) ? line.substring(fence.end(1)) : line.strip());
      text.append('\n');
    }
    return text.toString();
  }

  private List<String> marksBefore(int fence) {
    List<String> marks = new ArrayList<>();
    int last = fence - 1;
    while (last >= 0 && lines.get(last).endsWith("-->")) {
      int first = last;
      while (first > 0 && !lines.get(first).strip().startsWith("<!--")) {
        first--;
      }
      String comment = String.join(" ", lines.subList(first, last + 1)).strip();
      marks.add(comment.substring(4, comment.length() - 3).strip().replaceAll("\\s+", " "));
      last = first - 1;
    }
    return marks;
  }

  /** The targets of its links and images, as written. */
  List<String> links() {
    List<String> links = new ArrayList<>();
    Matcher link = LINK.matcher(prose());
    while (link.find()) {
      links.add(link.group(1) != null ? link.group(1) : link.group(2));
    }
    return links;
  }

  /** The anchors of its headings, as GitHub makes them. */
  Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String line : prose().split("\n", -1)) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        String anchor =
            heading
                .group(1)
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        int before = seen.merge(anchor, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? anchor : anchor + "-" + before);
      }
    }
    return anchors;
  }

  /** The lines outside of fences. */
  String prose() {
    StringBuilder prose = new StringBuilder();
    boolean inFence = false;
    for (String line : lines) {
      boolean fence = FENCE.matcher(line).matches();
      if (!fence && !inFence) {
        prose.append(line).append('\n');
      }
      inFence ^= fence;
    }
    return prose.toString();
  }

  @Override
  public String toString() {
    return name();
  }
}
