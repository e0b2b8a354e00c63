/**
 * A real Chromium without a screen, and every request, response, console message and dialog of a
 * page; and a real Firefox, which opens pages and runs scripts in them. A test class takes them
 * with {@link io.sparklive.testkit.browser.InChromium} and {@link
 * io.sparklive.testkit.browser.InFirefox}: the class is skipped where the browser is not installed,
 * and fails where the environment variable {@code CI} is set.
 */
package io.sparklive.testkit.browser;
