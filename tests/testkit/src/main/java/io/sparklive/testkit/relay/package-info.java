/**
 * TCP relays between a client and a server on this machine, which fail or record as a test needs.
 * {@link io.sparklive.testkit.relay.TcpRelay} forwards bytes; {@link
 * io.sparklive.testkit.relay.FaultInjectingRelay} breaks HTTP responses; {@link
 * io.sparklive.testkit.relay.RecordingRelay} records HTTP requests.
 */
package io.sparklive.testkit.relay;
