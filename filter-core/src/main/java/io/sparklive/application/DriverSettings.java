package io.sparklive.application;

/**
 * What a driver's own settings say that matters here.
 *
 * @param logsEvents whether it writes an event log ({@code spark.eventLog.enabled}), from which the
 *     History Server can know it later
 */
public record DriverSettings(boolean logsEvents) {}
