/** Who may see what is live. The door asks here before any room sees a request; no room decides. */
package io.sparklive.access;
