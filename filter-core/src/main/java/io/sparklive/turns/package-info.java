/** Lets few things be under way at once, while the others wait and hold no thread. */
package io.sparklive.turns;
