/**
 * The environment for tests of the whole filter: an embedded History Server in each supported
 * servlet container, and a client that returns each response unchanged. All of them use real HTTP
 * on random ports of 127.0.0.1. The test sets the catalog and the access control.
 */
package io.sparklive.harness;
