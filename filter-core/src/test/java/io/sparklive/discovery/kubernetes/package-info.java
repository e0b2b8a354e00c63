/**
 * Tests discovery in Kubernetes, against the cluster that the tests use and, for faults, against a
 * stand-in that fails on request.
 */
package io.sparklive.discovery.kubernetes;
