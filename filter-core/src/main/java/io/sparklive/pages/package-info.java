/**
 * Small responses of the filter itself: pages with the appearance of the History Server's own, and
 * JSON for programs. Values come in, a response goes out; text from users is escaped, never HTML.
 */
@NullMarked
package io.sparklive.pages;

import org.jspecify.annotations.NullMarked;
