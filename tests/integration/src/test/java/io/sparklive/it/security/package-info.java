/** Authentication, permissions and forwarding, against real History Servers and real drivers. */
package io.sparklive.it.security;
