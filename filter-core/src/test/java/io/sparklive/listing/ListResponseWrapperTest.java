// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import static io.sparklive.application.SampleApplications.STARTED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.LiveApplication;
import io.sparklive.application.SampleApplications;
import io.sparklive.pages.RecordedResponse;
import io.sparklive.spi.EntryFields;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListResponseWrapperTest {
  private static final LiveApplication LIVE = SampleApplications.live("app-1");
  private static final String LIST = "[ {\n  \"id\" : \"x\"\n} ]";
  private static final String WITH_OURS =
      "[ {\n  \"id\" : \"x\"\n}, " + ApplicationJson.of(LIVE, EntryFields.NONE, STARTED) + " ]";

  private final RecordedResponse response = new RecordedResponse();
  private final ListResponseWrapper spliced =
      new ListResponseWrapper(
          response,
          MergePlan.of(
              ListQuery.parse(null).orElseThrow(), List.of(LIVE), new ChangingCatalog(), STARTED));

  private void write(String text) throws IOException {
    spliced.getOutputStream().write(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "application/json;charset=utf-8", "Application/JSON; q=1"})
  void splicesJsonResponseAndRemovesLength(String type) throws IOException {
    spliced.setContentType(type);
    spliced.setContentLength(LIST.length());
    write(LIST);
    spliced.finish();

    assertThat(response.text()).isEqualTo(WITH_OURS);
    assertThat(response.headers()).doesNotContainKey("Content-Length");
    assertThat(response.getContentType()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"int", "long", "setHeader", "addHeader", "setIntHeader", "addIntHeader"})
  void withholdsLengthSetInAnyWay(String way) throws IOException {
    spliced.setContentType("application/json");
    int length = LIST.length();
    switch (way) {
      case "int" -> spliced.setContentLength(length);
      case "long" -> spliced.setContentLengthLong(length);
      case "setHeader" -> spliced.setHeader("Content-Length", "" + length);
      case "addHeader" -> spliced.addHeader("content-length", "" + length);
      case "setIntHeader" -> spliced.setIntHeader("CONTENT-LENGTH", length);
      default -> spliced.addIntHeader("Content-Length", length);
    }
    write(LIST);
    spliced.finish();

    assertThat(response.text()).isEqualTo(WITH_OURS);
    assertThat(response.headers()).containsOnlyKeys("Content-Type");
  }

  @Test
  void passesOtherHeaders() throws IOException {
    spliced.setContentType("application/json");
    spliced.setHeader("Cache-Control", "no-store");
    spliced.addHeader("Vary", "Accept-Encoding");
    spliced.addHeader("Vary", "User-Agent");
    spliced.setIntHeader("Age", 1);
    spliced.addIntHeader("X-Number", 2);
    write(LIST);
    spliced.finish();

    assertThat(response.headers())
        .containsEntry("Cache-Control", "no-store")
        .containsEntry("Vary", "Accept-Encoding, User-Agent")
        .containsEntry("Age", "1")
        .containsEntry("X-Number", "2");
  }

  @Test
  void splicesSingleBytes() throws IOException {
    spliced.setContentType("application/json");
    for (byte b : LIST.getBytes(UTF_8)) {
      spliced.getOutputStream().write(b);
    }
    spliced.finish();

    assertThat(response.text()).isEqualTo(WITH_OURS);
  }

  @Test
  void splicesCharacters() throws IOException {
    spliced.setContentType("application/json;charset=utf-8");
    PrintWriter writer = spliced.getWriter();
    assertThat(spliced.getWriter()).isSameAs(writer);
    writer.print("[ {\n  \"name\" : \"Größe\"\n} ]");
    spliced.finish();

    assertThat(response.text())
        .isEqualTo(
            "[ {\n  \"name\" : \"Größe\"\n}, "
                + ApplicationJson.of(LIVE, EntryFields.NONE, STARTED)
                + " ]");
  }

  @Test
  void sendsCharactersOnFlush() throws IOException {
    spliced.setContentType("application/json;charset=utf-8");
    spliced.getWriter().print("[ {");
    spliced.flushBuffer();

    assertThat(response.text()).isEqualTo("[ {");
    assertThat(response.flushes()).isPositive();
  }

  @Test
  void passesFlush() throws IOException {
    spliced.setContentType("application/json");
    write("[ {");
    spliced.getOutputStream().flush();

    assertThat(response.flushes()).isEqualTo(1);
    assertThat(response.text()).isEqualTo("[ {");
  }

  @Test
  void enlargesBufferForList() throws IOException {
    spliced.setContentType("application/json");
    write(LIST);

    assertThat(response.getBufferSize()).isEqualTo(64 * 1024);
  }

  @Test
  void keepsLargerBuffer() throws IOException {
    response.setBufferSize(1 << 20);
    spliced.setContentType("application/json");
    write(LIST);

    assertThat(response.getBufferSize()).isEqualTo(1 << 20);
  }

  @Test
  void keepsBufferForOtherResponses() throws IOException {
    spliced.setContentType("text/html");
    write(LIST);

    assertThat(response.getBufferSize()).isEqualTo(32 * 1024);
  }

  @Test
  void splicesCommittedList() throws IOException {
    spliced.setContentType("application/json");
    spliced.flushBuffer();
    write(LIST);
    spliced.finish();

    assertThat(response.text()).isEqualTo(WITH_OURS);
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 203, 206, 304, 400, 404, 500})
  void leavesOtherStatusUnchanged(int status) throws IOException {
    spliced.setContentType("application/json");
    spliced.setStatus(status);
    spliced.setContentLength(LIST.length());
    write(LIST);
    spliced.finish();

    assertThat(response.text()).isEqualTo(LIST);
    assertThat(response.contentLength()).hasValue(LIST.length());
    assertThat(response.getStatus()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html;charset=utf-8", "text/plain", "application/xml", "text/json"})
  void leavesOtherTypeUnchanged(String type) throws IOException {
    spliced.setContentType(type);
    spliced.setContentLengthLong(LIST.length());
    write(LIST);
    spliced.finish();

    assertThat(response.text()).isEqualTo(LIST);
    assertThat(response.contentLength()).hasValue(LIST.length());
  }

  @Test
  void leavesResponseWithoutTypeUnchanged() throws IOException {
    write(LIST);
    spliced.finish();

    assertThat(response.text()).isEqualTo(LIST);
    assertThat(response.headers()).isEmpty();
  }

  @Test
  void leavesEncodedResponseUnchanged() throws IOException {
    byte[] encoded = {0x1f, (byte) 0x8b, 8, 0, '[', ' ', ']', (byte) 0xff};
    spliced.setContentType("application/json");
    spliced.setHeader("Content-Encoding", "gzip");
    spliced.setHeader("Content-Length", "8");
    spliced.getOutputStream().write(encoded);
    spliced.finish();

    assertThat(response.bytes()).isEqualTo(encoded);
    assertThat(response.contentLength()).hasValue(8);
  }

  @Test
  void setsLengthBeforeFirstByte() throws IOException {
    spliced.setStatus(404);
    spliced.setContentType("text/plain");
    spliced.setContentLength(11);
    write("unknown");
    spliced.flushBuffer();
    write(" app");
    spliced.finish();

    assertThat(response.contentLength()).hasValue(11);
  }

  @Test
  void leavesOtherArrayUnchanged() throws IOException {
    spliced.setContentType("application/json");
    write("{ \"error\" : \"[ ]\" }");
    spliced.finish();

    assertThat(response.text()).isEqualTo("{ \"error\" : \"[ ]\" }");
  }

  @Test
  void keepsLengthOfResponseWithoutBody() throws IOException {
    spliced.setStatus(304);
    spliced.setContentLength(123);
    spliced.finish();

    assertThat(response.contentLength()).hasValue(123);
  }

  @Test
  void dropsResetLength() throws IOException {
    spliced.setContentLength(123);
    spliced.reset();
    spliced.setStatus(404);
    spliced.setContentType("text/plain");
    write("unknown app");
    spliced.finish();

    assertThat(response.contentLength()).isEmpty();
  }

  @Test
  void leavesCommittedResponseWithoutBodyUnchanged() throws IOException {
    spliced.setContentLength(123);
    response.flushBuffer();
    spliced.finish();

    assertThat(response.headers()).isEmpty();
  }
}
