package io.sparklive.bench;

import io.sparklive.testing.HistoryServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A History Server whose list of applications is asked for. */
final class ListSubject implements AutoCloseable {
  private static final String LIST = "/api/v1/applications";

  /** Of the pool that answers requests, in every version of Spark. */
  private static final String ANSWERING = "HistoryServerUI";

  private static final double MIB = 1 << 20;

  private final String name;
  private final Caller caller;
  private final RunningJvm jvm;

  ListSubject(String name, HistoryServerProcess server) throws IOException {
    this.name = name;
    this.caller = new Caller(server.uri());
    this.jvm = RunningJvm.of(server.pid());
  }

  /**
   * What came of asking for a list some times.
   *
   * @param millis the median until the last byte
   * @param allocated MiB for each, by the threads that answer
   * @param body MiB of the last one
   */
  record Asked(double millis, double allocated, double body) {}

  /** How many applications the whole list has by now. */
  int length() throws IOException, InterruptedException {
    return caller.text(LIST).split("\"attempts\" :", -1).length - 1;
  }

  /**
   * Asks all of them so many times, in turn, each time the other way round, with nobody else
   * asking.
   *
   * @return what came of it, by name
   */
  static Map<String, Asked> askInTurn(
      List<ListSubject> subjects, int times, String query, String... headers)
      throws IOException, InterruptedException {
    Map<ListSubject, Turn> turns = new LinkedHashMap<>();
    for (ListSubject subject : subjects) {
      turns.put(subject, new Turn(subject.jvm.allocatedBy(ANSWERING), new ArrayList<>()));
    }
    for (int i = 0; i < times; i++) {
      for (int j = 0; j < subjects.size(); j++) {
        ListSubject next = subjects.get(i % 2 == 0 ? j : subjects.size() - 1 - j);
        turns.get(next).answers().add(next.caller.time(LIST + query, headers));
      }
    }
    Map<String, Asked> asked = new LinkedHashMap<>();
    turns.forEach((subject, turn) -> asked.put(subject.name, subject.after(turn)));
    return asked;
  }

  /** A turn that is being taken. */
  private record Turn(long allocatedBefore, List<Caller.Answered> answers) {}

  private Asked after(Turn turn) {
    List<Caller.Answered> answers = turn.answers();
    long allocated = jvm.allocatedBy(ANSWERING) - turn.allocatedBefore();
    return new Asked(
        Figures.median(answers.stream().map(Caller.Answered::millis).toList()),
        allocated / MIB / answers.size(),
        answers.get(answers.size() - 1).bytes() / MIB);
  }

  @Override
  public void close() throws IOException {
    jvm.close();
  }
}
