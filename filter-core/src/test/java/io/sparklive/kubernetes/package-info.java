/** Tests the client of the API server: configuration, certificates, proxies and messages. */
package io.sparklive.kubernetes;
