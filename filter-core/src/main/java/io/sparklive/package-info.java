/**
 * The filter that is installed in the History Server, the one runtime that all its instances share.
 * A request comes in; the filter hands it to the router in {@link io.sparklive.web}, or passes it
 * on unchanged on any other UI than a History Server's.
 */
package io.sparklive;
