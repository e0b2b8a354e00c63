package io.sparklive.application;

/**
 * A claim that is refused: the id belongs to another driver, which came first.
 *
 * @param id what both claim
 * @param owner who saw the one that is listed
 * @param contender who saw the other
 */
public record Conflict(ApplicationId id, SourceRef owner, SourceRef contender) {}
