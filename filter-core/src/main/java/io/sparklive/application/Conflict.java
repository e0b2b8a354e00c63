// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

/**
 * A conflict between two drivers that report one application id. The first one is listed.
 *
 * @param id the id that both report
 * @param owner the source of the driver that is listed
 * @param contender the source of the other driver
 */
public record Conflict(ApplicationId id, SourceRef owner, SourceRef contender) {}
