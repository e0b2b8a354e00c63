// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import io.sparklive.LiveHistoryFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.util.Map;

/**
 * One servlet context, in no container yet.
 *
 * @param path its path, {@code /} for the root
 * @param first the outermost filter
 * @param filter ours, an instance of this context alone
 * @param servlet what answers behind them
 * @param parameters the parameters of our filter
 * @param attributes the attributes of the context
 */
record ServletContextPlan(
    String path,
    Filter first,
    LiveHistoryFilter filter,
    HttpServlet servlet,
    Map<String, String> parameters,
    Map<String, Object> attributes) {}
