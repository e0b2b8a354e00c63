package io.sparklive.application;

/**
 * Two drivers that claim one id: the first keeps it.
 *
 * @param id what both claim
 * @param holder who saw the one that is listed
 * @param rival who saw the other
 */
public record Conflict(ApplicationId id, Witness holder, Witness rival) {}
