package io.tcpecho;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import io.tcpecho.settings.ConfigurationCheck;
import io.tcpecho.testing.TestClasses;
import io.tcpecho.testing.Waits;
import org.jspecify.annotations.NullMarked;

import org.springframework.core.io.support.SpringFactoriesLoader;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which package may use which, and a few habits, each as a rule that checks itself. A
 * rule about a package that does not exist yet holds, and binds once it does.
 */
@AnalyzeClasses(packages = "io.tcpecho", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	/** The classes of {@code nio} that {@code probe} and {@code load} run on. */
	private static final Set<String> WITHOUT_SPRING = Set.of("NioClientConnection", "LoopSocket", "EventLoop",
			"Failure", "SystemErrors");

	@ArchTest
	static final ArchRule textUsesNoOtherPackageOfTheProject = onlyUses("text");

	@ArchTest
	static final ArchRule payloadUsesNoOtherPackageOfTheProject = onlyUses("payload");

	@ArchTest
	static final ArchRule echoUsesOnlyPayload = onlyUses("echo", "payload");

	@ArchTest
	static final ArchRule framingUsesOnlyPayload = onlyUses("framing", "payload");

	@ArchTest
	static final ArchRule connectionUsesNoOtherPackageOfTheProject = onlyUses("connection");

	@ArchTest
	static final ArchRule wireUsesOnlyConnection = onlyUses("wire", "connection");

	@ArchTest
	static final ArchRule faultUsesOnlyWireAndConnection = onlyUses("fault", "wire", "connection");

	@ArchTest
	static final ArchRule limitsUsesOnlyPayload = onlyUses("limits", "payload");

	@ArchTest
	static final ArchRule tlsUsesOnlyWireAndConnection = onlyUses("tls", "wire", "connection");

	@ArchTest
	static final ArchRule nioUsesOnlyLimitsWireFramingPayloadAndConnection = onlyUses("nio", "limits", "wire",
			"framing", "payload", "connection");

	@ArchTest
	static final ArchRule gatewayUsesOnlyNioAndWhatNioUses = onlyUses("gateway", "nio", "limits", "wire", "framing",
			"payload", "connection");

	@ArchTest
	static final ArchRule labUsesOnlyWireFramingPayloadAndConnection = onlyUses("lab", "wire", "framing", "payload",
			"connection");

	@ArchTest
	static final ArchRule settingsUsesOnlyFramingAndWire = onlyUses("settings", "framing", "wire");

	@ArchTest
	static final ArchRule serverUsesOnlySettingsEchoLabGatewayAndWhatGatewayUses = onlyUses("server", "settings",
			"echo", "lab", "gateway", "nio", "limits", "proxy", "tls", "fault", "wire", "framing", "payload",
			"connection");

	@ArchTest
	static final ArchRule clientUsesOnlyGatewayNioWireAndFraming = onlyUses("client", "gateway", "nio", "wire",
			"framing");

	@ArchTest
	static final ArchRule junitUsesOnlyFaultGatewayAndWhatGatewayUses = onlyUses("junit", "fault", "gateway", "nio",
			"limits", "wire", "framing", "payload", "connection");

	@ArchTest
	static final ArchRule nothingUsesJunit = noClasses().that(not(resideInAPackage("io.tcpecho.junit..")))
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.tcpecho.junit..");

	@ArchTest
	static final ArchRule viaUsesOnlyWireAndConnection = onlyUses("via", "wire", "connection");

	@ArchTest
	static final ArchRule proxyUsesOnlyWireAndConnection = onlyUses("proxy", "wire", "connection");

	@ArchTest
	static final ArchRule probeUsesOnlyNioFramingAndWireWithItsLayers = onlyUses("probe", "nio", "wire", "framing",
			"via", "proxy", "tls", "connection");

	@ArchTest
	static final ArchRule loadUsesOnlyProbeAndNio = onlyUses("load", "probe", "nio");

	@ArchTest
	static final ArchRule pathUsesOnlyProbeAndNio = onlyUses("path", "probe", "nio");

	@ArchTest
	static final ArchRule monitorUsesOnlyProbeWithItsLayersLabAndSettings = onlyUses("monitor", "probe", "nio",
			"framing", "proxy", "tls", "lab", "settings");

	@ArchTest
	static final ArchRule guardUsesNoOtherPackageOfTheProject = onlyUses("guard");

	@ArchTest
	static final ArchRule consoleUsesNoOtherPackageOfTheProject = onlyUses("console");

	@ArchTest
	static final ArchRule actuateUsesOnlyConsoleGuardServerMonitorSettingsClientFaultLimitsFramingAndConnection = onlyUses(
			"actuate", "console", "guard", "server", "monitor", "settings", "client", "fault", "limits", "framing",
			"connection");

	@ArchTest
	static final ArchRule cliUsesOnlyProbePathLoadSettingsAndLayers = onlyUses("cli", "probe", "path", "load",
			"settings", "via", "proxy", "tls");

	@ArchTest
	static final ArchRule nothingUsesActuate = noClasses().that(not(resideInAPackage("io.tcpecho.actuate..")))
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.tcpecho.actuate..");

	@ArchTest
	static final ArchRule onlyTheMainClassUsesCli = noClasses()
		.that(not(resideInAPackage("io.tcpecho.cli..")).and(not(theMainClass())))
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.tcpecho.cli..");

	@ArchTest
	static final ArchRule theMainClassIsAloneInItsPackage = classes().that()
		.resideInAPackage("io.tcpecho")
		.and()
		.doNotHaveSimpleName("package-info")
		.should()
		.be(TcpEchoApplication.class);

	@ArchTest
	static final ArchRule echoIsPlainJava = classes().that()
		.resideInAPackage("io.tcpecho.echo..")
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("io.tcpecho.echo..", "io.tcpecho.payload..", "java.lang..", "java.util..",
				"org.jspecify..");

	@ArchTest
	static final ArchRule payloadIsPlainJava = classes().that()
		.resideInAPackage("io.tcpecho.payload..")
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("io.tcpecho.payload..", "java.lang..", "java.util..", "java.nio", "org.jspecify..");

	@ArchTest
	static final ArchRule textIsPlainJava = classes().that()
		.resideInAPackage("io.tcpecho.text..")
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("io.tcpecho.text..", "java.lang..", "java.util..", "java.time..", "java.net..", "java.io..",
				"java.nio.charset..", "org.jspecify..");

	@ArchTest
	static final ArchRule framingKnowsNoSocketAndNoProperties = noClasses().that()
		.resideInAPackage("io.tcpecho.framing..")
		.should()
		.dependOnClassesThat(resideInAnyPackage("java.net..", "java.nio.channels..", "org.springframework.boot..",
				"org.springframework.integration.ip.tcp.connection.."));

	@ArchTest
	static final ArchRule gatewayNioAndConnectionKnowNoSpringBoot = noClasses().that()
		.resideInAnyPackage("io.tcpecho.gateway..", "io.tcpecho.nio..", "io.tcpecho.connection..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	@ArchTest
	static final ArchRule onlyGatewayExtendsSpringIntegration = noClasses().that()
		.resideInAnyPackage("io.tcpecho.nio..", "io.tcpecho.limits..", "io.tcpecho.wire..", "io.tcpecho.connection..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.integration..");

	@ArchTest
	static final ArchRule probePathLoadAndFaultKnowNoSpring = noClasses().that()
		.resideInAnyPackage("io.tcpecho.probe..", "io.tcpecho.path..", "io.tcpecho.load..", "io.tcpecho.fault..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework..");

	@ArchTest
	static final ArchRule theConnectionThatMeasuresKnowsNoSpring = noClasses().that()
		.haveNameMatching("io\\.tcpecho\\.nio\\.(" + String.join("|", WITHOUT_SPRING) + ")(\\$.*)?")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework..");

	@ArchTest
	static final ArchRule onlyTheMainClassUsesStandardOutput = noClasses().that(not(theMainClass()))
		// It asks whether a stream is standard output, and so may be a terminal.
		.and(not(name("io.tcpecho.cli.ConsoleWriter")))
		.should()
		.accessField(System.class, "out");

	@ArchTest
	static final ArchRule nothingSleepsButTheDelayThatOperatorsConfigure = noClasses()
		.that(not(name("io.tcpecho.server.Delay")))
		.should(sleep());

	@ArchTest
	static void noTestSleepsButByTheHelperForPauses(JavaClasses main) {
		noClasses().that(not(equivalentTo(Waits.class))).should(sleep()).check(tests());
	}

	@ArchTest
	static void thePackagesThatTheRulesAreAboutHaveClasses(JavaClasses main) {
		assertThat(Stream.of("text", "payload", "echo", "framing", "connection", "limits", "nio", "gateway", "settings",
				"server", "client", "probe", "load", "monitor", "guard", "console", "actuate", "cli"))
			.allSatisfy((name) -> {
				JavaPackage examined = main.getPackage("io.tcpecho." + name);
				assertThat(examined.getClasses()).as("classes of %s", name).hasSizeGreaterThan(1);
			});
		assertThat(WITHOUT_SPRING).allMatch((name) -> main.contain("io.tcpecho.nio." + name));
		assertThat(main.contain(TcpEchoApplication.class)).as("the main class was examined").isTrue();
		assertThat(main.contain(ArchitectureTests.class)).as("tests were examined").isFalse();
	}

	@ArchTest
	static void everyCheckOfTheConfigurationIsListed(JavaClasses main) throws IOException {
		Set<String> checks = new TreeSet<>();
		for (JavaClass examined : main) {
			if (examined.isAssignableTo(ConfigurationCheck.class) && !examined.isInterface()) {
				checks.add(examined.getName());
			}
		}
		Properties factories = new Properties();
		try (InputStream file = Objects.requireNonNull(TcpEchoApplication.class
			.getResourceAsStream("/" + SpringFactoriesLoader.FACTORIES_RESOURCE_LOCATION))) {
			factories.load(file);
		}
		assertThat(factories.getProperty(ConfigurationCheck.class.getName()).split(","))
			.containsExactlyInAnyOrderElementsOf(checks);
	}

	@ArchTest
	static void everyPackageIsNullMarked(JavaClasses main) {
		assertThat(packagesWithoutNullMarked(main)).as("packages of main").isEmpty();
	}

	@ArchTest
	static void everyPackageOfTestsIsNullMarked(JavaClasses main) {
		assertThat(packagesWithoutNullMarked(tests())).as("packages of tests").isEmpty();
	}

	private static JavaClasses tests() {
		JavaClasses tests = TestClasses.all();
		assertThat(tests.contain(ArchitectureTests.class)).as("tests were examined").isTrue();
		return tests;
	}

	private static ArchCondition<JavaClass> sleep() {
		return callMethodWhere(describe("a thread sleeps",
				(call) -> call.getTarget().getName().equals("sleep")
						&& (call.getTargetOwner().isEquivalentTo(Thread.class)
								|| call.getTargetOwner().isEquivalentTo(TimeUnit.class))));
	}

	private static Set<String> packagesWithoutNullMarked(JavaClasses classes) {
		Set<String> names = new TreeSet<>();
		for (JavaClass examined : classes) {
			if (!examined.getPackage().isAnnotatedWith(NullMarked.class)) {
				names.add(examined.getPackageName());
			}
		}
		return names;
	}

	/**
	 * Every package may use {@code text}, but for those that are plain by a rule below.
	 */
	private static ArchRule onlyUses(String name, String... others) {
		String[] allowed = Stream.concat(Stream.of(name, "text"), Stream.of(others))
			.map((other) -> "io.tcpecho." + other + "..")
			.toArray(String[]::new);
		return classes().that()
			.resideInAPackage("io.tcpecho." + name + "..")
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage(allowed).or(not(resideInAPackage("io.tcpecho.."))))
			.allowEmptyShould(true);
	}

	private static DescribedPredicate<JavaClass> theMainClass() {
		return equivalentTo(TcpEchoApplication.class).as("the main class");
	}

}
