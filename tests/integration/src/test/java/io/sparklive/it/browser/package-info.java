/**
 * Pages as users have them: live UIs through the proxy and the History Server's home page, in a
 * real headless Chromium.
 *
 * <p>They need only Debian's packages {@code chromium} and {@code chromium-driver}; nothing is
 * downloaded. If these are not installed, the tests are skipped with a message; if the environment
 * variable {@code CI} is set, they fail instead.
 */
package io.sparklive.it.browser;
