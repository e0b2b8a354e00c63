/**
 * HTTP that depends neither on Spark nor on a feature of this product. It has asynchronous
 * streaming through Jetty's proxy, responses from memory with validators and ranges, the prefix
 * that a reverse proxy adds, cookies, redirects and query strings. Requests and responses of the
 * servlet API or of Jetty's client come in; each class names the RFC section that it implements.
 */
@NullMarked
package io.sparklive.http;

import org.jspecify.annotations.NullMarked;
