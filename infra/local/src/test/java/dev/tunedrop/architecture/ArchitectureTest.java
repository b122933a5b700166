package dev.tunedrop.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureTest {

    private static JavaClasses product;

    @BeforeAll
    static void readTheProduct() {
        product = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("dev.tunedrop");
    }

    /// A rule over no classes holds of anything, so each rule first names the room it must see.
    private static void sees(String room) {
        assertThat(product.stream().filter(type -> within(type, room)).count())
                .as("classes seen in %s", room)
                .isGreaterThan(5);
    }

    private static boolean within(JavaClass type, String room) {
        return type.getPackageName().startsWith("dev.tunedrop." + room);
    }

    @ParameterizedTest
    @CsvSource({
        "events, 'functions,text,libtorch,trainer,endpoint,tinybase,local'",
        "text, 'functions,libtorch,trainer,endpoint,tinybase,local'",
        "libtorch, 'events,functions,text,trainer,endpoint,tinybase,local'",
        "trainer, 'functions,endpoint,tinybase,local'",
        "endpoint, 'functions,tinybase,local'",
        "functions, 'libtorch,trainer,endpoint,tinybase,local'",
    })
    void aRoomDoesNotReachIntoRoomsAboveOrBesideIt(String room, String forbidden) {
        sees(room);
        for (String other : forbidden.split(",", -1)) sees(other);
        String[] packages = List.of(forbidden.split(",", -1)).stream()
                .map(other -> "dev.tunedrop." + other + "..")
                .toArray(String[]::new);
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.tunedrop." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
        rule.check(product);
    }

    @Test
    void contractsDependOnNothingButJackson() {
        sees("events");
        classes()
                .that()
                .resideInAPackage("dev.tunedrop.events..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.tunedrop.events..", "java..", "com.fasterxml.jackson..", "org.jspecify..")
                .check(product);
    }

    @Test
    void awsTypesStayInPackagesNamedAws() {
        assertThat(product.stream()
                        .filter(type -> type.getPackageName().contains(".aws"))
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .filter(use -> use.getTargetClass().getPackageName().startsWith("software.amazon.awssdk"))
                        .count())
                .as("uses of the AWS SDK seen")
                .isGreaterThan(20);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tunedrop..aws..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .check(product);
    }

    @Test
    void onlyCommandLinesPrint() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tunedrop..cli..")
                .should(com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .check(product);
    }

    @Test
    void everyPackageSaysWhatIsHereAndIsNullMarked() {
        Set<JavaPackage> packages = product.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
        assertThat(packages).hasSizeGreaterThan(15);
        assertThat(packages)
                .allSatisfy(each -> assertThat(each.isAnnotatedWith(NullMarked.class))
                        .as("%s has a package-info with @NullMarked", each.getName())
                        .isTrue());
    }
}
