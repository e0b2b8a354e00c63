/**
 * Discovery in Kubernetes, against whichever cluster the tests run on and, where something is to go
 * wrong, against one that fails as it is told.
 */
package io.sparklive.discovery.kubernetes;
