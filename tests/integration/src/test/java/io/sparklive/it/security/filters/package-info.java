/** Authentication filters, as companies put them before the filter under test. */
package io.sparklive.it.security.filters;
