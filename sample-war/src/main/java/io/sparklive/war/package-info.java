/**
 * The filter in a servlet container of its own, in front of a remote History Server. Requests come
 * in; those that the filter does not handle go out to the History Server through a proxy. The WAR
 * gets the catalog over HTTP, with the credentials of the caller.
 */
@NullMarked
package io.sparklive.war;

import org.jspecify.annotations.NullMarked;
