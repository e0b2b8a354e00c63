/**
 * The static files of drivers. Files that are equal to those of the History Server's Spark, and
 * files that a driver has sent once, are served from memory, compressed once for all browsers. A
 * file of one program never reaches the users of another.
 */
package io.sparklive.proxy.files;
