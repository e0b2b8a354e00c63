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
import scala.Option;
import scala.collection.immutable.$colon$colon;
import scala.collection.immutable.Nil$;

/**
 * An application without any content, of the class that this Spark has for the entries of its list.
 * The constructor has more parameters in each Spark version, so it is called with an empty value
 * for the type of each.
 *
 * <p>An {@code Option} of text gets an empty text: the History Server of 4.2 fills in all of them
 * but the attempt. The class file does not have the type of any other {@code Option}, so these are
 * absent: 3.5 to 4.3 have some for cores and memory, and the History Server leaves them out.
 */
final class BlankEntry {
  private BlankEntry() {}

  /**
   * Makes one, with one attempt.
   *
   * @throws IllegalStateException if this Spark's classes cannot be made so
   */
  static ApplicationInfo make() {
    return make(ApplicationInfo.class);
  }

  private static <T> T make(Class<T> type) {
    Constructor<?> constructor = type.getConstructors()[0];
    Object[] values =
        Arrays.stream(constructor.getGenericParameterTypes()).map(BlankEntry::empty).toArray();
    try {
      return type.cast(constructor.newInstance(values));
    } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("Spark does not make a blank " + type.getSimpleName(), e);
    }
  }

  private static Object empty(Type type) {
    if (type instanceof ParameterizedType generic) {
      return emptyOf((Class<?>) generic.getRawType(), generic.getActualTypeArguments());
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isPrimitive()) {
      return Array.get(Array.newInstance(plain, 1), 0);
    }
    return plain == String.class ? "" : plain == Date.class ? Date.from(Instant.EPOCH) : null;
  }

  private static Object emptyOf(Class<?> type, Type[] arguments) {
    if (type == Option.class) {
      return Option.apply(arguments[0] == String.class ? "" : null);
    }
    if (type.isAssignableFrom(scala.collection.immutable.List.class)) {
      return arguments[0] == ApplicationAttemptInfo.class
          ? new $colon$colon<>(make(ApplicationAttemptInfo.class), none())
          : none();
    }
    if (type.isAssignableFrom(scala.collection.immutable.Map.class)) {
      return scala.collection.immutable.Map$.MODULE$.empty();
    }
    return null;
  }

  @SuppressWarnings("unchecked") // holds nothing, of whatever type
  private static <T> scala.collection.immutable.List<T> none() {
    return (scala.collection.immutable.List<T>) (Object) Nil$.MODULE$;
  }
}
