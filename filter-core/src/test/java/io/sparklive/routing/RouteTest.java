// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
  private static final ApplicationId ID = new ApplicationId("app-1");

  private static Route.LiveUi ui(String page) {
    return new Route.LiveUi(ID, "/sparkui/app-1", page);
  }

  private static Route.ApplicationApi rest(String below) {
    return new Route.ApplicationApi(ID, "/api/v1/applications/app-1" + below);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/jobs/job/kill",
        "/jobs/job/kill/",
        "/jobs/job/kill/x/y",
        "/stages/stage/kill",
        "/stages/stage/kill/",
        "/stages/stage/kill/static/",
        "/jobs/job/kill/api/v1"
      })
  void recognizesKillPathsOfSpark(String page) {
    assertThat(ui(page).isKill()).isTrue();
    assertThat(ui(page).isStatic()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/jobs/",
        "/jobs/job/",
        "/jobs/job/killed",
        "/jobs/job/kill-x/",
        "/jobs/stage/kill/",
        "/stages/job/kill/",
        "/jobs/job",
        "/Jobs/job/kill/",
        "/x/jobs/job/kill/",
        "/static/jobs/job/kill/"
      })
  void treatsOtherPathsAsNoKill(String page) {
    assertThat(ui(page).isKill()).isFalse();
  }

  @Test
  void treatsOnlySparkFilesAsStatic() {
    assertThat(ui("/static/webui.css").isStatic()).isTrue();
    assertThat(ui("/static/a/b.js").isStatic()).isTrue();
    assertThat(ui("/static").isStatic()).isFalse();
    assertThat(ui("/staticx/webui.css").isStatic()).isFalse();
    assertThat(ui("/jobs/static/webui.css").isStatic()).isFalse();
    assertThat(ui("/Static/webui.css").isStatic()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/static/webui.css",
        "/dataflint/static/js/main.js",
        "/dataflint/logo.SVG",
        "/x.mjs",
        "/x.woff2",
        "/a.b/x.ico",
        "/environment/x.css"
      })
  void recognizesFilesByExtension(String page) {
    assertThat(ui(page).isFile()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/css",
        "/x.css/",
        "/x.css/y",
        "/x.html",
        "/x.json",
        "/x.map",
        "/x.css~",
        "/static/executorspage-template.html",
        "/executors/threadDump/x.css",
        "/executors/heapHistogram/x.png",
        "/jobs/job/kill/x.js",
        "/stages/stage/kill/x.js",
        "/api/v1/applications/app-1/environment/x.css"
      })
  void treatsOtherPathsAsNoFile(String page) {
    assertThat(ui(page).isFile()).isFalse();
  }

  @Test
  void distinguishesApplicationAndAttemptFromSubpaths() {
    assertThat(rest("").isApplicationItself()).isTrue();
    assertThat(rest("/").isApplicationItself()).isFalse();
    assertThat(rest("/1").isApplicationItself()).isFalse();
    assertThat(rest("/1").isAttempt("1")).isTrue();
    assertThat(rest("/1").isAttempt("2")).isFalse();
    assertThat(rest("/12").isAttempt("1")).isFalse();
    assertThat(rest("/1/jobs").isAttempt("1")).isFalse();
    assertThat(rest("/jobs").isAttempt("1")).isFalse();
    assertThat(rest("").isAttempt("1")).isFalse();
  }
}
