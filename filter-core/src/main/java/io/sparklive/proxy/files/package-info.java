/**
 * The static files of drivers. Files that equal those of the History Server's Spark, and files that
 * a driver has sent once, are served from memory, compressed once for all browsers. A file of one
 * application never reaches the users of another.
 */
@NullMarked
package io.sparklive.proxy.files;

import org.jspecify.annotations.NullMarked;
