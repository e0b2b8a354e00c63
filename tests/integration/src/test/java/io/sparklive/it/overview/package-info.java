/** What the overview says of real drivers, and what it costs with hundreds of both sides. */
package io.sparklive.it.overview;
