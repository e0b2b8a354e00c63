// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import io.sparklive.testkit.ProjectFiles;
import io.sparklive.testkit.browser.Chromium;

/**
 * Screenshots for the documentation, of the newest version, taken if the system property {@code
 * screenshots} is set.
 */
final class Screenshots {
  static final boolean ENABLED = System.getProperty("screenshots") != null;

  private Screenshots() {}

  /** Writes a screenshot to {@code docs/images}. */
  static void take(Chromium browser, VersionPair pairing, String name, int height) {
    if (ENABLED && pairing.isForScreenshots()) {
      browser.run(
          "document.querySelectorAll('.scroll-btn-half').forEach(e => e.parentElement.remove());"
              + "document.body.style.overflow = 'hidden'");
      browser.screenshot(ProjectFiles.at("docs", "images", name + ".png"), 1280, height);
    }
  }
}
