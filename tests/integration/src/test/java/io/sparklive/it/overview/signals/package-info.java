/** Jobs that make progress only on signals of a test, for the class path of a driver. */
package io.sparklive.it.overview.signals;
