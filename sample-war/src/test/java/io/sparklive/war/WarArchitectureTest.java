// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.sparklive.LiveHistoryFilter;
import io.sparklive.access.Caller;
import io.sparklive.config.GatewaySettings;
import io.sparklive.config.Parameters;
import io.sparklive.http.Prefix;
import io.sparklive.http.Prefixes;
import io.sparklive.routing.ExternalLinks;
import io.sparklive.routing.Links;

/** Checks which classes of the filter the WAR uses. */
@AnalyzeClasses(packages = "io.sparklive.war", importOptions = ImportOption.DoNotIncludeTests.class)
class WarArchitectureTest {
  @ArchTest
  static final ArchRule WAR_USES_THE_SPI_AND_THE_CLIENT_OF_THE_HISTORY_SERVER =
      classes()
          .that()
          .resideInAPackage("io.sparklive.war..")
          .should()
          .onlyDependOnClassesThat(
              resideOutsideOfPackage("io.sparklive..")
                  .or(resideInAPackage("io.sparklive.war.."))
                  // The filter that web.xml installs: its status, and the path of its endpoints.
                  .or(equivalentTo(LiveHistoryFilter.class))
                  // The interfaces that the WAR implements, and the values in them.
                  .or(resideInAnyPackage("io.sparklive.spi..", "io.sparklive.application.."))
                  // The client and the proxy of the History Server behind the WAR.
                  .or(resideInAPackage("io.sparklive.upstream.."))
                  // ExpiringCache, which depends on no other package.
                  .or(resideInAPackage("io.sparklive.concurrent.."))
                  // A name for the audit log, if the History Server authenticates the user.
                  .or(equivalentTo(Caller.class))
                  // The address of the History Server, and the names of all parameters.
                  .or(equivalentTo(GatewaySettings.class))
                  .or(equivalentTo(Parameters.class))
                  // A component of HostEnvironment.HistoryServer.
                  .or(equivalentTo(Prefixes.class))
                  .or(equivalentTo(Prefixes.Setting.class))
                  .or(equivalentTo(Prefix.class))
                  // The error pages of the WAR have the layout of the pages of the filter.
                  .or(resideInAPackage("io.sparklive.pages.."))
                  .or(equivalentTo(ExternalLinks.class))
                  .or(equivalentTo(Links.class)))
          .because("the plugin and the WAR differ only in how they implement the SPI");
}
