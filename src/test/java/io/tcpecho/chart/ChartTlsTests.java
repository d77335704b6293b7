package io.tcpecho.chart;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tcpecho.TcpEchoApplication;
import io.tcpecho.cli.CommandLineInterface;
import io.tcpecho.testing.TestCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners of the chart with TLS and with a PROXY header: what is mounted, and whether
 * the server and {@code helm test} can use it.
 */
class ChartTlsTests {

	private static final String MOUNT = "/etc/tcp-echo/";

	private static final String VALUES = "tls";

	@TempDir
	Path directory;

	@BeforeAll
	static void keepTheLogQuietAndAsItIs() {
		BootLog.quiet();
	}

	@AfterAll
	static void letTheLogSpeak() {
		BootLog.restore();
	}

	@Test
	void theSecretOfEachListenerIsMountedReadOnly() {
		Manifest pod = Chart.only(Chart.render(VALUES), "Deployment", Chart.FULL_NAME).podSpec();
		assertThat(pod.nested("volumes"))
			.extracting((volume) -> volume.text("name") + " " + volume.get("secret", "secretName"))
			.contains("tls-eof rel-tls", "tls-line line-tls")
			.doesNotContain("tls-stream null");
		assertThat(pod.container("tcp-echo").nested("volumeMounts"))
			.filteredOn((mount) -> mount.text("name").startsWith("tls-"))
			.extracting((mount) -> mount.text("mountPath") + " " + mount.get("readOnly"))
			.containsExactly("/etc/tcp-echo/tls/eof true", "/etc/tcp-echo/tls/line true");
	}

	@Test
	void thePodTellsItsNamesToTheServer() {
		Manifest container = Chart.only(Chart.render(VALUES), "Deployment", Chart.FULL_NAME)
			.podSpec()
			.container("tcp-echo");
		assertThat(container.nested("env"))
			.filteredOn((variable) -> variable.text("name").startsWith("TCPECHO_IDENTITY_"))
			.extracting((variable) -> variable.text("name") + " "
					+ ((variable.get("value") != null) ? variable.text("value")
							: variable.text("valueFrom", "fieldRef", "fieldPath")))
			.containsExactly("TCPECHO_IDENTITY_NAMESPACE metadata.namespace", "TCPECHO_IDENTITY_NODE spec.nodeName",
					"TCPECHO_IDENTITY_POD metadata.name", "TCPECHO_IDENTITY_SERVICE " + Chart.FULL_NAME);
	}

	@Test
	void whatHelmTestRunsPassesAtAServerWithTheseFiles() throws IOException {
		TestCertificate authority = TestCertificate.authority("lab");
		for (String listener : List.of("eof", "line")) {
			Path secret = Files.createDirectories(this.directory.resolve("tls").resolve(listener));
			TestCertificate certificate = authority.issue("CN=echo", "DNS:" + Chart.FULL_NAME + "." + Chart.NAMESPACE);
			certificate.writeChain(secret.resolve("tls.crt"));
			certificate.writeKey(secret.resolve("tls.key"));
			authority.writeChain(secret.resolve("ca.crt"));
		}
		Files.writeString(this.directory.resolve("application.yml"),
				Chart.only(Chart.render(VALUES), "ConfigMap", Chart.FULL_NAME)
					.text("data", "application.yml")
					.replace(MOUNT, this.directory + "/"));
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(TcpEchoApplication.class)
			.registerShutdownHook(false)
			.run("--spring.config.additional-location=file:" + this.directory + "/", "--server.port=0",
					"--tcp-echo.drain.delay=0s", "--spring.main.web-application-type=none",
					"--tcp-echo.listeners.eof.port=0", "--tcp-echo.listeners.line.port=0",
					"--tcp-echo.listeners.stream.port=0", "--tcp-echo.listeners.info.port=0")) {
			assertThat(probe(context, "eof")).contains("--tls").doesNotContain("--proxy=v2");
			assertThat(probe(context, "line")).contains("--tls", "--identify", "--greeting=hello\\r\\n");
			assertThat(probe(context, "stream")).contains("--proxy=v2").doesNotContain("--tls");
		}
	}

	/** Run the command of a test pod against the server, and return its arguments. */
	private List<String> probe(ConfigurableApplicationContext context, String listener) {
		String port = context.getEnvironment().getRequiredProperty("local.tcp-echo." + listener + ".port");
		List<String> arguments = Chart.only(Chart.render(VALUES), "Pod", Chart.FULL_NAME + "-test-" + listener)
			.podSpec()
			.container("probe")
			.list("args")
			.stream()
			.map(String::valueOf)
			.map((argument) -> argument.replace(MOUNT + "tls/ca.crt", this.directory + "/tls/eof/ca.crt"))
			.map((argument) -> argument.replaceFirst("^" + Chart.FULL_NAME + "\\.\\S+:\\d+$", "localhost:" + port))
			.toList();
		ByteArrayOutputStream printed = new ByteArrayOutputStream();
		PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
		assertThat(CommandLineInterface.run(out, out, arguments.toArray(String[]::new)))
			.as(printed.toString(StandardCharsets.UTF_8))
			.isZero();
		return arguments;
	}

}
