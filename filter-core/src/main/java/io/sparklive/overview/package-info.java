/**
 * Endpoints that show running applications and the state of discovery to users and programs.
 * Applications and source states come in, pages, JSON and metrics go out.
 */
@NullMarked
package io.sparklive.overview;

import org.jspecify.annotations.NullMarked;
