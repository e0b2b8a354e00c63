/** Jobs that stand still until a test lets them go on, for the class path of a driver. */
package io.sparklive.it.overview.signals;
