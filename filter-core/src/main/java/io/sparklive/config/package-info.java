/**
 * The parameters of the filter: one table, read and checked once, at the start. The texts of a
 * filter configuration come in; immutable settings go out, or an error in one line with the allowed
 * values.
 */
@NullMarked
package io.sparklive.config;

import org.jspecify.annotations.NullMarked;
