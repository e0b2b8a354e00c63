// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class QueryParametersTest {
  private static final String NAME = "doAs";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "doAs=eve | eve",
        "a=b&doAs=eve&c=d | eve",
        "doAs=eve&doAs=ada | eve",
        "doAs=&doAs=ada | ''",
        "doAs= | ''",
        "doAs | ''",
        "doAs&a=b | ''",
        "doAs=a=b | a=b",
        "doAs==b | =b",
        "doAs=a%20b+c | 'a b c'",
        "doAs=%C3%A4 | ä",
        "do%41s=eve | eve",
        "%64%6F%61%73=eve&%64%6f%41%73=ada | ada",
        "doAs=100% | 100%",
        "doAs=%zz | %zz",
        "doAs=%2 | %2",
        "doAs=%26&a=b | &",
        "&&doAs=eve | eve",
        "doAs=a;b=c | a;b=c"
      })
  void returnsFirstValueOfParameter(String query, String value) {
    assertThat(QueryParameters.first(query, NAME)).contains(value);
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "&",
    "=",
    "=doAs",
    "a=doAs",
    "doas=eve",
    "DOAS=eve",
    "xdoAs=eve",
    "doAs%=eve",
    "doAs%00=eve",
    "+doAs=eve",
    "a=b%26doAs=eve",
    "a=b;doAs=eve"
  })
  void returnsNothingForMissingParameter(String query) {
    assertThat(QueryParameters.first(query, NAME)).isEmpty();
    assertThat(QueryParameters.without(query, NAME)).isEqualTo(query);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=b&doAs=eve | a=b",
        "doAs=eve&a=b | a=b",
        "a=b&doAs=eve&c=d | a=b&c=d",
        "doAs=x&a=b&do%41s=y&c=d&doAs | a=b&c=d",
        "do%41s=eve&a=%20%zz | a=%20%zz",
        "a=b&doAs=%zz&a=c | a=b&a=c",
        "doAs&a | a",
        "doAs=eve& |",
        "doAs=eve |",
        "doAs |",
        "doAs&doAs= |"
      })
  void removesParameterAndKeepsRestOfQuery(String query, String rest) {
    assertThat(QueryParameters.without(query, NAME)).isEqualTo(rest);
  }

  @Test
  void returnsNothingWithoutQuery() {
    assertThat(QueryParameters.first(null, NAME)).isEmpty();
    assertThat(QueryParameters.without(null, NAME)).isNull();
  }
}
