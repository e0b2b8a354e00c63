/**
 * Authorization of requests for live applications: which user may view one, and which may kill its
 * jobs and stages. A request and the user's name come in; a denial reason goes out, or none. {@code
 * web} calls this package before a feature handles the request; no feature authorizes by itself.
 */
@NullMarked
package io.sparklive.access;

import org.jspecify.annotations.NullMarked;
