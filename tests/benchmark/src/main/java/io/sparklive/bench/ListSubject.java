// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.HistoryServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A History Server whose list of applications is asked for, always with the same headers. */
final class ListSubject implements AutoCloseable {
  private static final String LIST = "/api/v1/applications";

  /** Of the pool that answers requests, in every version of Spark. */
  private static final String ANSWERING = "HistoryServerUI";

  private static final double MIB = 1 << 20;

  private final String name;
  private final List<String> headers;
  private final RequestTimer caller;
  private final RunningJvm jvm;

  /**
   * @param headers names and values in turn
   */
  ListSubject(String name, HistoryServerProcess server, String... headers) throws IOException {
    this.name = name;
    this.headers = List.of(headers);
    this.caller = new RequestTimer(server.uri());
    this.jvm = RunningJvm.of(server.pid());
  }

  /**
   * What came of asking for a list some times.
   *
   * @param millis the median until the last byte
   * @param body MiB of the last one
   */
  record Asked(double millis, double body) {}

  /** How many applications the whole list has by now. */
  int length() throws IOException, InterruptedException {
    return caller.text(LIST, headers.toArray(String[]::new)).split("\"attempts\" :", -1).length - 1;
  }

  /**
   * Asks all of them so many times, in turn, another one first each time, with nobody else asking.
   *
   * @param more headers for all of them
   * @return what came of it, by name
   */
  static Map<String, Asked> askInTurn(
      List<ListSubject> subjects, int times, String query, String... more)
      throws IOException, InterruptedException {
    Map<ListSubject, List<RequestTimer.Answered>> answers = new LinkedHashMap<>();
    subjects.forEach(subject -> answers.put(subject, new ArrayList<>()));
    for (int time = 0; time < times; time++) {
      for (ListSubject next : SubjectRotation.inRound(time, subjects)) {
        answers.get(next).add(next.ask(query, more));
      }
    }
    Map<String, Asked> asked = new LinkedHashMap<>();
    answers.forEach((subject, all) -> asked.put(subject.name, asked(all)));
    return asked;
  }

  private static Asked asked(List<RequestTimer.Answered> answers) {
    return new Asked(
        Statistics.median(answers.stream().map(RequestTimer.Answered::millis).toList()),
        answers.get(answers.size() - 1).bytes() / MIB);
  }

  /**
   * Asks each of them so many times, one after the other, with nobody else asking.
   *
   * @return the MiB that the threads which answer have allocated for one answer, by name
   */
  static Map<String, Double> allocated(List<ListSubject> subjects, int times, String query)
      throws IOException, InterruptedException {
    Map<String, Double> allocated = new LinkedHashMap<>();
    for (ListSubject subject : subjects) {
      long before = subject.jvm.allocatedBy(ANSWERING);
      for (int time = 0; time < times; time++) {
        subject.ask(query);
      }
      long bytes = subject.jvm.allocatedBy(ANSWERING) - before;
      allocated.put(subject.name, bytes / MIB / times);
    }
    return allocated;
  }

  private RequestTimer.Answered ask(String query, String... more)
      throws IOException, InterruptedException {
    return caller.time(
        LIST + query, Stream.concat(headers.stream(), Stream.of(more)).toArray(String[]::new));
  }

  @Override
  public void close() throws IOException {
    jvm.close();
  }
}
