/**
 * A Kubernetes cluster for tests, as far as discovery can see one: an API server and pods, without
 * anything that runs them.
 */
package io.sparklive.testkit.cluster;
