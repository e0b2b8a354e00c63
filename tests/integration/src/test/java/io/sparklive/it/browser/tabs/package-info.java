/** A plugin of drivers with a tab that is not Spark's. */
package io.sparklive.it.browser.tabs;
