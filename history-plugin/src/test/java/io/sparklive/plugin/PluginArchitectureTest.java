// SPDX-License-Identifier: Apache-2.0
package io.sparklive.plugin;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.sparklive.http.Prefixes;
import io.sparklive.upstream.CatalogJson;

/** Checks which classes of the filter the plugin uses. */
@AnalyzeClasses(
    packages = "io.sparklive.plugin",
    importOptions = ImportOption.DoNotIncludeTests.class)
class PluginArchitectureTest {
  @ArchTest
  static final ArchRule PLUGIN_USES_ONLY_THE_SPI =
      classes()
          .that()
          .resideInAPackage("io.sparklive.plugin..")
          .should()
          .onlyDependOnClassesThat(
              resideOutsideOfPackage("io.sparklive..")
                  .or(resideInAPackage("io.sparklive.plugin.."))
                  // The interfaces that the plugin implements, and the values in them.
                  .or(resideInAnyPackage("io.sparklive.spi..", "io.sparklive.application.."))
                  // ExpiringCache, which depends on no other package.
                  .or(resideInAPackage("io.sparklive.concurrent.."))
                  // A component of HostEnvironment.HistoryServer.
                  .or(equivalentTo(Prefixes.class))
                  .or(equivalentTo(Prefixes.Setting.class))
                  // The fields of an entry of the list, read as from another History Server.
                  .or(equivalentTo(CatalogJson.class)))
          .because("the plugin and the WAR differ only in how they implement the SPI");
}
