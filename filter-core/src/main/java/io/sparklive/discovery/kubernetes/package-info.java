/**
 * Finds drivers through the Kubernetes API: driver pods, and client-mode drivers by the pods of
 * their executors.
 *
 * <p>One {@link io.sparklive.discovery.kubernetes.PodWatch} per namespace and role lists pods and
 * follows their changes; {@link io.sparklive.discovery.kubernetes.DriverPods} and {@link
 * io.sparklive.discovery.kubernetes.ExecutorPods} make sightings of them. The official client
 * provides configuration, credentials and transport, and nothing else: its informers neither page
 * nor pace themselves, and keep whole pods.
 */
package io.sparklive.discovery.kubernetes;
