// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationId;
import io.sparklive.discovery.CandidateHosts;
import io.sparklive.discovery.DriverHint;
import io.sparklive.kubernetes.ApiServerClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The hint from the executors of an application that has no driver pod. One executor pod is read:
 * its variables hold the host of the driver, and its owner may be the pod in which the driver runs.
 */
final class ExecutorHint implements DriverHint {
  // The argument of CoarseGrainedExecutorBackend: spark://CoarseGrainedScheduler@host:7078
  private static final Pattern DRIVER_URL =
      Pattern.compile("spark://[^@/]+@(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):[0-9]+");

  private final ExecutorPods.Application application;
  private final ExecutorPods executors;
  private final Predicate<ExecutorPods.Application> hasDriverPod;
  private final ApiServerClient client;

  /**
   * @param hasDriverPod whether a driver pod runs, or has run, an application
   */
  ExecutorHint(
      ExecutorPods.Application application,
      ExecutorPods executors,
      Predicate<ExecutorPods.Application> hasDriverPod,
      ApiServerClient client) {
    this.application = application;
    this.executors = executors;
    this.hasDriverPod = hasDriverPod;
    this.client = client;
  }

  @Override
  public ApplicationId id() {
    return application.id();
  }

  @Override
  public String origin() {
    return "namespace " + application.namespace();
  }

  @Override
  public Optional<String> namespace() {
    return Optional.of(application.namespace());
  }

  @Override
  public boolean hasRunningExecutors() {
    return executors.hasPods(application);
  }

  @Override
  public boolean isObsolete() {
    return hasDriverPod.test(application);
  }

  @Override
  public CandidateHosts candidateHosts() throws IOException {
    String name =
        executors
            .anyPodName(application)
            .orElseThrow(() -> new IOException("it has no executors left"));
    Pod executor = read(name);
    List<String> hosts = new ArrayList<>();
    driverHost(executor)
        .ifPresent(host -> hosts.addAll(CandidateHosts.hosts(host, application.namespace())));
    if (executor.owner().isPresent()) {
      read(executor.owner().get()).status().ip().ifPresent(hosts::add);
    }
    if (hosts.isEmpty()) {
      throw new IOException("its executor " + name + " does not name its driver");
    }
    return new CandidateHosts(hosts.stream().distinct().toList(), Optional.empty());
  }

  private static Optional<String> driverHost(Pod executor) {
    return executor.containers().stream()
        .flatMap(container -> Stream.ofNullable(container.env().get("SPARK_DRIVER_URL")))
        .map(DRIVER_URL::matcher)
        .filter(Matcher::matches)
        .map(url -> url.group(1))
        .findFirst();
  }

  private Pod read(String name) throws IOException {
    return PodReader.request(client, application.namespace(), name);
  }
}
