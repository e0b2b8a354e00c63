// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import java.util.List;

/**
 * What the browser saw since a page was opened.
 *
 * @param exchanges all requests, in the order in which they were sent
 * @param errors what the console shows in red
 * @param dialogs the texts of alerts and the like
 */
public record PageActivity(List<Exchange> exchanges, List<String> errors, List<String> dialogs) {}
