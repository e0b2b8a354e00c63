/** Tests the logs of pods against an API server that the tests control. */
package io.sparklive.logs;
