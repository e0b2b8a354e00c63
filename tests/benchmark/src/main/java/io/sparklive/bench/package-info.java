/**
 * The benchmark: cost and gain of the plugin, measured on real History Servers and drivers. They
 * are compared with the bare History Server, nginx as a reverse proxy, and direct requests to the
 * driver.
 *
 * <p>{@link io.sparklive.bench.Benchmark} runs every {@link io.sparklive.bench.Measurement}; each
 * adds {@link io.sparklive.bench.Row}s of figures, taken in rounds in which the subjects take
 * turns. Budgets are for ratios within one run, never for times.
 */
package io.sparklive.bench;
