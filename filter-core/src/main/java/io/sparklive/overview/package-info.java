/** What is running now, and how discovery fares, for people and for programs. */
package io.sparklive.overview;
