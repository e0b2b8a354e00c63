/**
 * The networks that the History Server may connect to when a user names the host: a value in CIDR
 * notation comes in, a decision about an address goes out. It depends on neither Spark nor HTTP.
 */
@NullMarked
package io.sparklive.network;

import org.jspecify.annotations.NullMarked;
