/**
 * What people see: live UIs through the proxy and the History Server's home page, in a real
 * Chromium without a screen.
 *
 * <p>Debian's packages {@code chromium} and {@code chromium-driver} are all it needs; nothing is
 * downloaded. Where they are not installed these tests are skipped, and say so; where the
 * environment variable {@code CI} is set they fail instead.
 */
package io.sparklive.it.browser;
