/**
 * The logs of the pods of an application: lists the pods, and streams the log of a container from
 * the API server to the browser. An authorized request for one application comes in; JSON or text
 * goes out, or a message that gives the reason why there is none.
 */
@NullMarked
package io.sparklive.logs;

import org.jspecify.annotations.NullMarked;
