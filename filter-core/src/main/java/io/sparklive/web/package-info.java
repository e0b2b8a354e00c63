/**
 * The request path: resolves the route of a request, authorizes it, and has it handled by the
 * handler for its kind of route. In goes every request that reaches the filter; out goes the
 * response of a feature, a status page, or the request, unchanged, to the History Server.
 */
package io.sparklive.web;
