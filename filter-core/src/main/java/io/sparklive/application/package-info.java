/**
 * The running applications: the values that describe them, and the registry that holds them.
 * Discovery events come in, and a single writer applies them; immutable snapshots go out to all
 * other packages. No class has a clock, a thread or a network connection of its own.
 */
@NullMarked
package io.sparklive.application;

import org.jspecify.annotations.NullMarked;
