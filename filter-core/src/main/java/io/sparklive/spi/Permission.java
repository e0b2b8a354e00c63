package io.sparklive.spi;

/** What somebody may do with an application, as Spark tells rights apart. */
public enum Permission {
  /** See its UI and its REST answers. */
  VIEW,
  /** Kill its jobs and stages. It does not imply {@link #VIEW}. */
  MODIFY,
  /** Everything, on behalf of others too. */
  ADMINISTER
}
