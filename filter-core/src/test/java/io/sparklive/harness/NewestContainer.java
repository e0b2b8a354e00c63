// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs a parameterized class or test in {@link Container#EE10} alone, the container of the newest
 * Spark. It is for assertions that do not depend on the container. If an assertion depends on how a
 * container reads requests, writes responses, or starts and stops filters, use
 * {@code @EnumSource(Container.class)}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnumSource(value = Container.class, names = "EE10")
public @interface NewestContainer {}
