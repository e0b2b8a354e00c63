// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pods that a request selects, by namespace, {@code labelSelector} and {@code fieldSelector}.
 */
final class PodSelector {
  private static final Pattern COMMA_OUTSIDE_PARENTHESES = Pattern.compile(",(?![^(]*\\))");
  private static final Pattern COMPARISON = Pattern.compile("([^=!]+)(==?|!=)([^=!]*)");
  private static final Pattern SET =
      Pattern.compile("(\\S+)\\s+(in|notin)\\s+\\(([^)]*)\\)", Pattern.CASE_INSENSITIVE);

  private final List<Predicate<StoredPod>> all = new ArrayList<>();
  private final Optional<String> name;

  PodSelector(Optional<String> namespace, String labelSelector, String fieldSelector) {
    namespace.ifPresent(wanted -> all.add(pod -> pod.namespace().equals(wanted)));
    for (String label : terms(labelSelector)) {
      all.add(byLabel(label));
    }
    String exactly = null;
    for (String field : terms(fieldSelector)) {
      all.add(byField(field));
      if (field.startsWith("metadata.name=")) {
        exactly = field.replaceFirst("[^=]*==?", "");
      }
    }
    name = Optional.ofNullable(exactly);
  }

  /** The only pod that can match; the API server uses its name for authorization. */
  Optional<String> name() {
    return name;
  }

  boolean matches(StoredPod pod) {
    for (Predicate<StoredPod> each : all) {
      if (!each.test(pod)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> terms(String selector) {
    return selector.isBlank()
        ? List.of()
        : Arrays.stream(COMMA_OUTSIDE_PARENTHESES.split(selector)).map(String::trim).toList();
  }

  private static Predicate<StoredPod> byLabel(String term) {
    Matcher set = SET.matcher(term);
    if (set.matches()) {
      List<String> values = Arrays.stream(set.group(3).split(",")).map(String::trim).toList();
      boolean in = set.group(2).equals("in");
      return pod -> values.contains(pod.labels().getOrDefault(set.group(1), "\0")) == in;
    }
    Matcher comparison = COMPARISON.matcher(term);
    if (comparison.matches()) {
      String key = comparison.group(1).trim();
      String value = comparison.group(3).trim();
      boolean equal = !comparison.group(2).equals("!=");
      return pod -> value.equals(pod.labels().get(key)) == equal;
    }
    if (term.startsWith("!")) {
      return pod -> !pod.labels().containsKey(term.substring(1));
    }
    if (term.matches("[\\w./-]+")) {
      return pod -> pod.labels().containsKey(term);
    }
    throw ApiError.badRequest("unable to parse requirement: found '%s'".formatted(term));
  }

  private static Predicate<StoredPod> byField(String term) {
    Matcher comparison = COMPARISON.matcher(term);
    if (!comparison.matches()) {
      throw ApiError.badRequest("invalid selector: '%s'; can't understand it".formatted(term));
    }
    String value = comparison.group(3);
    boolean equal = !comparison.group(2).equals("!=");
    return switch (comparison.group(1)) {
      case "metadata.name" -> pod -> pod.name().equals(value) == equal;
      case "metadata.namespace" -> pod -> pod.namespace().equals(value) == equal;
      case "status.phase" -> pod -> pod.phase().equals(value) == equal;
      case "spec.nodeName" -> pod -> pod.node().equals(value) == equal;
      default -> throw ApiError.badRequest("field label not supported: " + comparison.group(1));
    };
  }
}
