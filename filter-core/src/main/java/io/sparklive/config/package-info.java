/**
 * The parameters of the filter: one table, read and checked once, at the start. The texts of a
 * filter configuration come in; immutable settings go out, or an error in one line that says what
 * is allowed.
 */
package io.sparklive.config;
