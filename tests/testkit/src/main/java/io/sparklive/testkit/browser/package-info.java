/**
 * A real headless Chromium, with every request, response, console message and dialog of a page. A
 * real headless Firefox, which opens pages and runs scripts in them. A test class gets them with
 * {@link io.sparklive.testkit.browser.InChromium} and {@link
 * io.sparklive.testkit.browser.InFirefox}. The class is skipped if the browser is not installed,
 * and fails then if the environment variable {@code CI} is set.
 */
package io.sparklive.testkit.browser;
