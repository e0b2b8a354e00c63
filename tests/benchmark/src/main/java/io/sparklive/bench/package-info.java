/**
 * The benchmark: what the plugin costs and gains, measured on real History Servers and drivers
 * against the bare History Server, nginx as a reverse proxy, and the driver asked directly.
 *
 * <p>{@link io.sparklive.bench.Benchmark} runs every {@link io.sparklive.bench.Measurement}; each
 * adds {@link io.sparklive.bench.Row}s of figures, taken in rounds in which the subjects take
 * turns. What is judged is a ratio within one run, never a time.
 */
package io.sparklive.bench;
