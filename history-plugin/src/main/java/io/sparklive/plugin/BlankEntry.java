// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.apache.spark.status.api.v1.ApplicationAttemptInfo;
import org.apache.spark.status.api.v1.ApplicationInfo;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.immutable.$colon$colon;
import scala.collection.immutable.Nil$;

/**
 * Creates an entry of Spark's application list without content. The constructor of the entry has
 * more parameters in each Spark version, so this class passes an empty value of the type of each.
 *
 * <p>An {@code Option} of text gets an empty text: the History Server of 4.2 sets all of them
 * except the attempt. The class file does not have the type of any other {@code Option}, so these
 * are absent: 3.5 to 4.3 have some for cores and memory, and the History Server leaves them out.
 */
final class BlankEntry {
  private BlankEntry() {}

  /**
   * Creates an entry with one attempt.
   *
   * @throws IllegalStateException if this Spark version has other classes
   */
  static ApplicationInfo create() {
    return create(ApplicationInfo.class);
  }

  private static <T> T create(Class<T> type) {
    Constructor<?> constructor = type.getConstructors()[0];
    Object[] values =
        Arrays.stream(constructor.getGenericParameterTypes()).map(BlankEntry::empty).toArray();
    try {
      return type.cast(constructor.newInstance(values));
    } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("Spark does not make a blank " + type.getSimpleName(), e);
    }
  }

  private static @Nullable Object empty(Type type) {
    if (type instanceof ParameterizedType generic) {
      return emptyOf((Class<?>) generic.getRawType(), generic.getActualTypeArguments());
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isPrimitive()) {
      return Array.get(Array.newInstance(plain, 1), 0);
    }
    return plain == String.class ? "" : plain == Date.class ? Date.from(Instant.EPOCH) : null;
  }

  private static @Nullable Object emptyOf(Class<?> type, Type[] arguments) {
    if (type == Option.class) {
      return Option.apply(arguments[0] == String.class ? "" : null);
    }
    if (type.isAssignableFrom(scala.collection.immutable.List.class)) {
      return arguments[0] == ApplicationAttemptInfo.class
          ? new $colon$colon<>(create(ApplicationAttemptInfo.class), none())
          : none();
    }
    if (type.isAssignableFrom(scala.collection.immutable.Map.class)) {
      return scala.collection.immutable.Map$.MODULE$.empty();
    }
    return null;
  }

  @SuppressWarnings("unchecked") // an empty list of any type
  private static <T> scala.collection.immutable.List<T> none() {
    return (scala.collection.immutable.List<T>) (Object) Nil$.MODULE$;
  }
}
