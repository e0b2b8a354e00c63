// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import io.sparklive.LiveHistoryFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.util.Map;

/**
 * The configuration of a servlet context, independent of the container.
 *
 * @param path its path, {@code /} for the root
 * @param first the outermost filter
 * @param filter the filter under test, an instance of this context alone
 * @param servlet the servlet behind the filters
 * @param parameters the parameters of the filter under test
 * @param attributes the attributes of the context
 */
record ServletContextPlan(
    String path,
    Filter first,
    LiveHistoryFilter filter,
    HttpServlet servlet,
    Map<String, String> parameters,
    Map<String, Object> attributes) {}
