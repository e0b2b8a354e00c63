// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import java.util.List;

/**
 * The activity of a page since it was opened.
 *
 * @param exchanges all requests, in the order in which they were sent
 * @param errors the errors in the console
 * @param dialogs the texts of alerts and other dialogs
 */
public record PageActivity(List<Exchange> exchanges, List<String> errors, List<String> dialogs) {}
