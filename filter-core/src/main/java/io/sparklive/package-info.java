/** The door of Spark Live History. */
package io.sparklive;
