// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests in a browser: a dialog, an error in the console or a failed request fails them, unless they
 * {@link BrowserLog#expect} it. Tests with a {@link Chromium} parameter share one. They are skipped
 * if none is installed, and fail then if the environment variable {@code CI} is set.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ChromiumExtension.class)
public @interface InChromium {}
