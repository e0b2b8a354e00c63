/**
 * The request path. Each request that reaches the filter comes in: the router resolves its route,
 * has it authorized and calls the handler for its kind of route. Out goes the response of a
 * feature, a status page, or the unchanged request to the History Server.
 */
@NullMarked
package io.sparklive.web;

import org.jspecify.annotations.NullMarked;
