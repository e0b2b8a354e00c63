// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The rows of a page that is opened for the first time, again, and once more. */
final class ViewRows {
  private static final Budget SECOND_VIEW = Budget.atMost(0.9);

  private final Row firstTime;
  private final Row secondTime;
  private final Row thirdTime;
  private final Row firstRequests;
  private final Row secondRequests;
  private final Row secondFiles;

  /** The views of one subject in one round. */
  record Views(PageView first, PageView second, PageView third) {}

  ViewRows(String id, String what) {
    firstTime = time(id + ".first", what + ", first view");
    secondTime = time(id + ".second", what + ", second view").within(SECOND_VIEW);
    thirdTime = time(id + ".third", what + ", third view");
    firstRequests = count(id + ".first.requests", what + ", first view: asked of the driver");
    secondRequests = count(id + ".second.requests", what + ", second view: asked of the driver");
    secondFiles =
        count(id + ".second.files", what + ", second view: static files asked of the driver")
            .within(Budget.atMost(0));
  }

  private static Row time(String id, String what) {
    return Row.ratio(id, what, "ms", DriverRoute.FILTER, DriverRoute.DRIVER);
  }

  private static Row count(String id, String what) {
    return Row.figure(id, what, "requests", DriverRoute.FILTER);
  }

  void add(Map<String, Views> round) {
    firstTime.add(figures(round, views -> views.first().millis()));
    secondTime.add(figures(round, views -> views.second().millis()));
    thirdTime.add(figures(round, views -> views.third().millis()));
    firstRequests.add(figures(round, views -> views.first().requests()));
    secondRequests.add(figures(round, views -> views.second().requests()));
    secondFiles.add(figures(round, views -> views.second().files()));
  }

  private static Map<String, Double> figures(
      Map<String, Views> round, ToDoubleFunction<Views> figure) {
    Map<String, Double> figures = new LinkedHashMap<>();
    round.forEach((name, views) -> figures.put(name, figure.applyAsDouble(views)));
    return figures;
  }

  /** The time of each view. */
  List<Row> times() {
    return List.of(firstTime, secondTime, thirdTime);
  }

  /** The number of requests that reached the driver. */
  List<Row> requests() {
    return List.of(firstRequests, secondRequests, secondFiles);
  }
}
