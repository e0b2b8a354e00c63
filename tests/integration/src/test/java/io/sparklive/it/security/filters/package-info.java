/** Authentication filters as companies put them before ours: who a caller is, and who is nobody. */
package io.sparklive.it.security.filters;
