/**
 * Client of the Kubernetes API server: configuration, credentials and requests.
 *
 * <p>{@link io.sparklive.kubernetes.ClusterConfig} reads the configuration of a kubeconfig or of
 * the own pod. {@link io.sparklive.kubernetes.ApiServerClient} sends requests with it, and
 * describes failures in words for the administrator. The official client provides only
 * configuration, credentials and transport.
 */
@NullMarked
package io.sparklive.kubernetes;

import org.jspecify.annotations.NullMarked;
