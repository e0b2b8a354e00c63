// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

/** Response wrapper for a body that the filter changes: it withholds the original length. */
abstract class BodyRewritingResponse extends HttpServletResponseWrapper {
  /** The length if the History Server has set none. */
  static final long UNKNOWN = -1;

  private static final String CONTENT_LENGTH = "Content-Length";

  private long withheldLength = UNKNOWN;

  BodyRewritingResponse(HttpServletResponse response) {
    super(response);
  }

  /** The length of the original body, or {@link #UNKNOWN}. */
  final long withheldLength() {
    return withheldLength;
  }

  @Override
  public void reset() {
    withheldLength = UNKNOWN;
    super.reset();
  }

  @Override
  public final void setContentLength(int length) {
    withheldLength = length;
  }

  @Override
  public final void setContentLengthLong(long length) {
    withheldLength = length;
  }

  @Override
  public final void setHeader(String name, String value) {
    if (name.equalsIgnoreCase(CONTENT_LENGTH)) {
      withheldLength = Long.parseLong(value);
    } else {
      super.setHeader(name, value);
    }
  }

  @Override
  public final void addHeader(String name, String value) {
    if (name.equalsIgnoreCase(CONTENT_LENGTH)) {
      withheldLength = Long.parseLong(value);
    } else {
      super.addHeader(name, value);
    }
  }

  @Override
  public final void setIntHeader(String name, int value) {
    setHeader(name, Integer.toString(value));
  }

  @Override
  public final void addIntHeader(String name, int value) {
    addHeader(name, Integer.toString(value));
  }
}
