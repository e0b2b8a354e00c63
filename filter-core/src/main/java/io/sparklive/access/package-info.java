/**
 * Who may see what is live, and who may kill. The door asks here before any room sees a request; no
 * room decides.
 */
package io.sparklive.access;
