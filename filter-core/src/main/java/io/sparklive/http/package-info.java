/**
 * HTTP that knows neither Spark nor this product's features: asynchronous streaming through Jetty's
 * proxy, responses from memory with validators and ranges, the prefix that a reverse proxy adds,
 * cookies, redirects and query strings. Each class names the RFC section that it implements.
 */
package io.sparklive.http;
