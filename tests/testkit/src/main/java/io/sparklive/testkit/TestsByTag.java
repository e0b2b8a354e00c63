// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TagFilter;

/**
 * Keeps the tests whose tags match the expression in the system property {@code sparklive.tags},
 * and all tests if that is blank. The JUnit Platform finds this filter by its service file.
 *
 * <p>It is what the parameter {@code groups} of Surefire and Failsafe does, except for the second
 * try of a test in a parameterized class: JUnit 5.14 to 6.1 select such a test, by its unique id,
 * without the tags of its class, so that {@code groups} left it out and it got no second try.
 */
public final class TestsByTag implements PostDiscoveryFilter {
  private final Optional<PostDiscoveryFilter> filter;

  /** The filter of the system property; used by the JUnit Platform. */
  public TestsByTag() {
    this(System.getProperty("sparklive.tags", ""));
  }

  TestsByTag(String expression) {
    filter =
        expression.isBlank() ? Optional.empty() : Optional.of(TagFilter.includeTags(expression));
  }

  @Override
  public FilterResult apply(TestDescriptor test) {
    return filter
        .map(tags -> tags.apply(new WithTagsOfClass(test)))
        .orElseGet(() -> FilterResult.included("all tags"));
  }

  private static final class WithTagsOfClass extends AbstractTestDescriptor {
    private final TestDescriptor test;

    WithTagsOfClass(TestDescriptor test) {
      super(test.getUniqueId(), test.getDisplayName());
      this.test = test;
    }

    @Override
    public Set<TestTag> getTags() {
      Set<TestTag> tags = new LinkedHashSet<>(test.getTags());
      test.getSource().flatMap(WithTagsOfClass::testClass).stream()
          .flatMap(type -> AnnotationSupport.findRepeatableAnnotations(type, Tag.class).stream())
          .map(tag -> TestTag.create(tag.value()))
          .forEach(tags::add);
      return tags;
    }

    private static Optional<Class<?>> testClass(TestSource source) {
      if (source instanceof MethodSource method) {
        return Optional.of(method.getJavaClass());
      }
      return source instanceof ClassSource type
          ? Optional.of(type.getJavaClass())
          : Optional.empty();
    }

    @Override
    public Type getType() {
      return test.getType();
    }
  }
}
