/**
 * A real Chromium without a screen, and every request, response, console message and dialog of a
 * page. A test class takes it with {@link io.sparklive.testkit.browser.InChromium}: the class is
 * skipped where no Chromium is installed, and fails where the environment variable {@code CI} is
 * set.
 */
package io.sparklive.testkit.browser;
