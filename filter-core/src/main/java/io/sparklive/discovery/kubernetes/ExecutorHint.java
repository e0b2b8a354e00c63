package io.sparklive.discovery.kubernetes;

import com.google.gson.stream.JsonReader;
import io.sparklive.application.ApplicationId;
import io.sparklive.discovery.CandidateHosts;
import io.sparklive.discovery.DriverHint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Response;

/**
 * An application that has executors and no driver pod. One of its executors is read: it was told
 * where its driver is, and may be owned by the pod that the driver runs in.
 */
final class ExecutorHint implements DriverHint {
  // As CoarseGrainedExecutorBackend is told: spark://CoarseGrainedScheduler@host:7078
  private static final Pattern DRIVER_URL =
      Pattern.compile("spark://[^@/]+@(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):[0-9]+");

  private final ExecutorPods.Application application;
  private final ExecutorPods executors;
  private final Predicate<ExecutorPods.Application> isKnownByPod;
  private final ApiServerClient cluster;

  /**
   * @param isKnownByPod whether a driver pod is known to run, or to have run, an application
   */
  ExecutorHint(
      ExecutorPods.Application application,
      ExecutorPods executors,
      Predicate<ExecutorPods.Application> isKnownByPod,
      ApiServerClient cluster) {
    this.application = application;
    this.executors = executors;
    this.isKnownByPod = isKnownByPod;
    this.cluster = cluster;
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
    return executors.has(application);
  }

  @Override
  public boolean isObsolete() {
    return isKnownByPod.test(application);
  }

  @Override
  public CandidateHosts candidateHosts() throws IOException {
    String name =
        executors.anyOf(application).orElseThrow(() -> new IOException("it has no executors left"));
    Pod executor = read(name);
    List<String> hosts = new ArrayList<>();
    driverHost(executor).ifPresent(host -> hosts.addAll(CandidateHosts.hosts(host, namespace())));
    if (executor.owner().isPresent()) {
      read(executor.owner().get()).ip().ifPresent(hosts::add);
    }
    if (hosts.isEmpty()) {
      throw new IOException("its executor " + name + " does not name its driver");
    }
    return new CandidateHosts(hosts.stream().distinct().toList(), Optional.empty());
  }

  private static Optional<String> driverHost(Pod executor) {
    return executor.containers().stream()
        .map(container -> container.env().get("SPARK_DRIVER_URL"))
        .filter(url -> url != null)
        .map(DRIVER_URL::matcher)
        .filter(Matcher::matches)
        .map(url -> url.group(1))
        .findFirst();
  }

  private Pod read(String name) throws IOException {
    try (Response answer = cluster.get(PodQuery.pod(application.namespace(), name))) {
      return PodReader.read(new JsonReader(answer.body().charStream()));
    } catch (IllegalStateException e) {
      throw new IOException("the pod " + name + " cannot be read: " + e.getMessage(), e);
    }
  }
}
