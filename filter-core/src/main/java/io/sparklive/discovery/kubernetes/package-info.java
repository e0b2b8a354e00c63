/**
 * Finds drivers through the Kubernetes API: driver pods, and client-mode drivers by the pods of
 * their executors.
 *
 * <p>One {@link io.sparklive.discovery.kubernetes.PodWatch} per namespace and role lists pods and
 * watches their changes. From these, {@link io.sparklive.discovery.kubernetes.DriverPods} reports
 * events to the registry, and {@link io.sparklive.discovery.kubernetes.ExecutorPods} starts
 * searches for client-mode drivers. The official client provides only configuration, credentials
 * and transport: its informers neither page nor pace their requests, and keep whole pods.
 */
@NullMarked
package io.sparklive.discovery.kubernetes;

import org.jspecify.annotations.NullMarked;
