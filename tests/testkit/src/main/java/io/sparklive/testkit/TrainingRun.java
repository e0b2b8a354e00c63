// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.history.HistoryServer;

/**
 * The training run of a {@link SparkClassArchive}. It loads the classes that most Spark processes
 * of the tests load: it is a driver that runs a job, then a History Server that shows this
 * application, and it requests the pages of both.
 *
 * <p>Settings are system properties, with an event log in the directory of the History Server and a
 * fixed port for it.
 */
public final class TrainingRun {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> PAGES =
      List.of("jobs/", "stages/", "storage/", "environment/", "executors/");

  private TrainingRun() {}

  /**
   * Runs one after the other, and exits: with code 1 if a page does not come within two minutes.
   *
   * @param args the port of the History Server
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws InterruptedException {
    // An exception does not end the JVM: the threads of the History Server run on.
    Thread.currentThread()
        .setUncaughtExceptionHandler(
            (thread, failure) -> {
              failure.printStackTrace();
              System.exit(1);
            });
    String applicationId = runDriver();
    runHistoryServer("http://127.0.0.1:" + args[0], applicationId);
    System.exit(0);
  }

  private static String runDriver() throws InterruptedException {
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setMaster("local[2]"))) {
      spark.parallelize(Collections.nCopies(2, 1), 2).foreach(element -> {});
      String ui = "http://127.0.0.1:" + LiveDriver.httpPort(spark);
      for (String page : PAGES) {
        awaitPage(ui + "/" + page);
      }
      awaitPage(ui + "/api/v1/applications");
      return spark.sc().applicationId();
    }
  }

  private static void runHistoryServer(String uri, String applicationId)
      throws InterruptedException {
    Thread server = new Thread(() -> HistoryServer.main(new String[0]), "history-server");
    server.setDaemon(true);
    server.start();
    awaitPage(uri + "/api/v1/applications/" + applicationId);
    awaitPage(uri + "/");
    awaitPage(uri + "/static/webui.js");
    for (String page : PAGES) {
      awaitPage(uri + "/history/" + applicationId + "/" + page);
    }
  }

  private static void awaitPage(String uri) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(30)).build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    String last = "";
    while (System.nanoTime() < end) {
      try {
        int status = CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status == 200) {
          return;
        }
        last = "status " + status;
      } catch (IOException e) {
        last = e.toString();
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException(uri + ": " + last);
  }
}
