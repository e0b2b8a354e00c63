/**
 * A Kubernetes cluster for tests, as far as discovery uses one: an API server with pods, without
 * nodes and controllers. Also forward proxies in front of it.
 */
package io.sparklive.testkit.cluster;
