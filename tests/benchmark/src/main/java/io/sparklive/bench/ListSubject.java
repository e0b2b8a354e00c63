// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.HistoryServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A History Server whose list of applications is requested, always with the same headers. */
final class ListSubject implements AutoCloseable {
  private static final String LIST = "/api/v1/applications";

  /** The thread pool that serves requests, in every version of Spark. */
  private static final String SERVING_THREADS = "HistoryServerUI";

  private static final double MIB = 1 << 20;

  private final String name;
  private final List<String> headers;
  private final RequestTimer timer;
  private final RunningJvm jvm;

  /**
   * @param headers names and values in turn
   */
  ListSubject(String name, HistoryServerProcess server, String... headers) throws IOException {
    this.name = name;
    this.headers = List.of(headers);
    this.timer = new RequestTimer(server.uri());
    this.jvm = RunningJvm.of(server.pid());
  }

  /**
   * The result of several requests for a list.
   *
   * @param millis the median until the last byte
   * @param body the size of the last response, in MiB
   */
  record Result(double millis, double body) {}

  /** The number of applications in the whole list. */
  int length() throws IOException, InterruptedException {
    return timer.text(LIST, headers.toArray(String[]::new)).split("\"attempts\" :", -1).length - 1;
  }

  /**
   * Sends requests to all subjects in turn, in another order each time, never two at once.
   *
   * @param more headers for all of them
   * @return the results, by name
   */
  static Map<String, Result> requestInTurn(
      List<ListSubject> subjects, int times, String query, String... more)
      throws IOException, InterruptedException {
    Map<ListSubject, List<RequestTimer.TimedResponse>> responses = new LinkedHashMap<>();
    subjects.forEach(subject -> responses.put(subject, new ArrayList<>()));
    for (int time = 0; time < times; time++) {
      for (ListSubject next : SubjectRotation.inRound(time, subjects)) {
        responses.get(next).add(next.request(query, more));
      }
    }
    Map<String, Result> results = new LinkedHashMap<>();
    responses.forEach((subject, all) -> results.put(subject.name, resultOf(all)));
    return results;
  }

  private static Result resultOf(List<RequestTimer.TimedResponse> responses) {
    return new Result(
        Statistics.median(responses.stream().map(RequestTimer.TimedResponse::millis).toList()),
        responses.get(responses.size() - 1).bytes() / MIB);
  }

  /**
   * Sends requests to each subject, one after the other, never two at once.
   *
   * @return the MiB that the serving threads allocated for one response, by name
   */
  static Map<String, Double> allocated(List<ListSubject> subjects, int times, String query)
      throws IOException, InterruptedException {
    Map<String, Double> allocated = new LinkedHashMap<>();
    for (ListSubject subject : subjects) {
      long before = subject.jvm.allocatedBy(SERVING_THREADS);
      for (int time = 0; time < times; time++) {
        subject.request(query);
      }
      long bytes = subject.jvm.allocatedBy(SERVING_THREADS) - before;
      allocated.put(subject.name, bytes / MIB / times);
    }
    return allocated;
  }

  private RequestTimer.TimedResponse request(String query, String... more)
      throws IOException, InterruptedException {
    return timer.time(
        LIST + query, Stream.concat(headers.stream(), Stream.of(more)).toArray(String[]::new));
  }

  @Override
  public void close() throws IOException {
    jvm.close();
  }
}
