/** Who gets in, what crosses and what does not, against real History Servers and real drivers. */
package io.sparklive.it.security;
