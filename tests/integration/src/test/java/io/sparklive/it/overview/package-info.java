/** The overview of real drivers, and its cost with hundreds of drivers and viewers. */
package io.sparklive.it.overview;
