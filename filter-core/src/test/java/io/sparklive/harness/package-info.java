/**
 * What the tests of the whole filter stand on: a stand-in for the History Server in each servlet
 * container that matters, stand-ins for drivers, and a browser that hides nothing of what it got.
 *
 * <p>All of it is real HTTP on random ports of 127.0.0.1. What the History Server knows and who may
 * see what is in the hands of the test.
 */
package io.sparklive.harness;
