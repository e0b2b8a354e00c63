package io.sparklive.testkit.relay;

/** How exactly a request has to follow RFC 9112. */
public enum Strictness {
  /** No freedom at all: as requests must be that reach a driver. */
  STRICT,
  /** With the freedoms that section 2.2 and 7.1.1 leave a server: as a History Server may read. */
  LENIENT
}
