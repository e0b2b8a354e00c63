package io.sparklive.application;

/**
 * A claim that is refused: the id belongs to another driver, which came first.
 *
 * @param id what both claim
 * @param holder who saw the one that is listed
 * @param rival who saw the other
 */
public record Conflict(ApplicationId id, SourceRef holder, SourceRef rival) {}
