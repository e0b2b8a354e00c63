/**
 * Requests to the REST API of drivers: probes, settings and progress. The address of a driver comes
 * in, parsed and bounded values go out, since a driver is a user's program.
 */
@NullMarked
package io.sparklive.driver;

import org.jspecify.annotations.NullMarked;
