package io.tcpecho.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.tcpecho.testing.Commands;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the packaged jars hold, whichever JDK has built them.
 */
class JarIT {

	@Test
	void whenTheJarIsPackagedItHoldsTheMetadataOfItsConfiguration() throws IOException {
		JsonNode properties = json("META-INF/spring-configuration-metadata.json").path("properties");
		assertThat(properties.valueStream().map((property) -> property.path("name").stringValue()))
			.contains("tcp-echo.max-buffered", "tcp-echo.drain.timeout");
	}

	@Test
	void whenTheJarIsPackagedItHoldsItsBillOfMaterials() throws IOException {
		try (JarFile jar = jar()) {
			// The plugin that writes it is left out by mvn --offline.
			Commands.require(jar.getEntry("META-INF/sbom/application.cdx.json") != null, "The jar was built online");
		}
		JsonNode bom = json("META-INF/sbom/application.cdx.json");
		assertThat(bom.path("bomFormat").stringValue()).isEqualTo("CycloneDX");
		assertThat(bom.path("components").valueStream().map((component) -> component.path("name").stringValue()))
			.contains("spring-integration-ip", "picocli");
	}

	@Test
	void theLibraryHoldsEachClassOfTheProjectThatItsClassesUse() throws IOException {
		try (JarFile library = new JarFile(Path.of("target", "tcp-echo-library.jar").toFile())) {
			JavaClasses classes = new ClassFileImporter().importJar(library);
			assertThat(classes.contain("io.tcpecho.client.EchoClient")).isTrue();
			assertThat(classes.stream()
				.flatMap((type) -> type.getDirectDependenciesFromSelf().stream())
				.filter((dependency) -> dependency.getTargetClass().getPackageName().startsWith("io.tcpecho"))
				.filter((dependency) -> !classes.contain(dependency.getTargetClass().getBaseComponentType().getName()))
				.map(Dependency::getDescription)).isEmpty();
		}
	}

	@Test
	void theExtensionOfJunitIsInTheLibraryAndNotInTheApplication() throws IOException {
		try (JarFile library = new JarFile(Path.of("target", "tcp-echo-library.jar").toFile()); JarFile jar = jar()) {
			assertThat(library.stream().map(JarEntry::getName)).anyMatch((name) -> name.contains("io/tcpecho/junit/"));
			assertThat(jar.stream().map(JarEntry::getName)).isNotEmpty()
				.noneMatch((name) -> name.contains("io/tcpecho/junit/"));
		}
	}

	private static JsonNode json(String name) throws IOException {
		try (JarFile jar = jar()) {
			// Boot's plugin has moved some of META-INF beside the classes.
			var entry = (jar.getEntry(name) != null) ? jar.getEntry(name) : jar.getEntry("BOOT-INF/classes/" + name);
			assertThat(entry).as(name).isNotNull();
			try (InputStream input = jar.getInputStream(entry)) {
				return JsonMapper.shared().readTree(input);
			}
		}
	}

	private static JarFile jar() throws IOException {
		return new JarFile(Path.of("target", "tcp-echo.jar").toFile());
	}

}
