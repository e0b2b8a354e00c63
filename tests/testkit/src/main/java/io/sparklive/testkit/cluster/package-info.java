/**
 * A Kubernetes cluster for tests, as far as discovery can see one: an API server and pods, without
 * anything that runs them; and forward proxies through which it can be reached.
 */
package io.sparklive.testkit.cluster;
