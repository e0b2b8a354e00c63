// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the responses on one connection. */
final class ResponseStatuses {
  private static final Pattern HEAD =
      Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n");
  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *([0-9]+)");
  private static final Pattern CHUNKED = Pattern.compile("(?im)^transfer-encoding: *chunked");
  private static final Pattern LAST_CHUNK = Pattern.compile("(^|\r\n)0\r\n\r\n");

  private static final Set<String> WITHOUT_BODY = Set.of("204", "304");

  private ResponseStatuses() {}

  /**
   * The statuses of all responses, without 100.
   *
   * @param methods of the requests, as far as they can be parsed
   */
  static List<String> in(String received, List<String> methods) {
    List<String> statuses = new ArrayList<>();
    Matcher head = HEAD.matcher(received);
    for (int at = 0; at < received.length() && head.find(at) && head.start() == at; ) {
      String status = head.group(1);
      at = head.end();
      if (status.startsWith("1")) {
        continue;
      }
      String method = statuses.size() < methods.size() ? methods.get(statuses.size()) : "";
      statuses.add(status);
      if (!method.equals("HEAD") && !WITHOUT_BODY.contains(status)) {
        at = endOfBody(received, at, head.group(2));
      }
    }
    return statuses;
  }

  private static int endOfBody(String received, int from, String headers) {
    Matcher length = LENGTH.matcher(headers);
    if (length.find()) {
      return from + Integer.parseInt(length.group(1));
    }
    Matcher lastChunk = LAST_CHUNK.matcher(received).region(from, received.length());
    return CHUNKED.matcher(headers).find() && lastChunk.find()
        ? lastChunk.end()
        : received.length();
  }
}
