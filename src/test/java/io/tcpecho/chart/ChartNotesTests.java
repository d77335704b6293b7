package io.tcpecho.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Helm prints after an install: commands that fit the framing and the type of the
 * Service.
 */
class ChartNotesTests {

	/** Without a cluster this binding of Helm assumes Kubernetes 1.20. */
	@TempDir
	static Path chart;

	@BeforeAll
	static void copyTheChartForAnyKubernetes() throws IOException {
		FileSystemUtils.copyRecursively(Chart.DIRECTORY, chart);
		Path description = chart.resolve("Chart.yaml");
		Files.writeString(description, Files.readString(description).replace(">=1.30.0-0", ">=1.0.0-0"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					service.type=ClusterIP                                   | probe rel-tcp-echo.lab:7007 --framing=eof
					listeners.eof.servicePort=7                              | probe rel-tcp-echo.lab:7 --framing=eof
					listeners.eof.enabled=false listeners.length.enabled=true | probe rel-tcp-echo.lab:7009 --framing=length-4
					listeners.eof.enabled=false listeners.fixed.enabled=true | probe rel-tcp-echo.lab:7012 --framing=fixed --size=64B
					service.type=LoadBalancer                                | probe --framing=eof "$host:$port"
					service.type=NodePort listeners.eof.enabled=false listeners.crlf.enabled=true | probe --framing=crlf "$host:$port"
					service.type=LoadBalancer listeners.eof.enabled=false listeners.length.enabled=true | probe --framing=length-4 "$host:$port"
					kind=DaemonSet                                           | rollout status daemonset/rel-tcp-echo
					listeners.discard.enabled=true                           | service discard
					existingSecret=mine operator.existingSecret=root          | Secret mine, Secret of the operator root. The chart does not make them
					existingConfigMap=mine                                   | ConfigMap mine. The chart does not make them, so restart the pods after you have changed one
					checkConfig.enabled=true                                 | logs deployment/rel-tcp-echo --container check-config
					load.enabled=true load.target=a:7                        | wait job/rel-tcp-echo-load-
					load.enabled=true load.target=a:7 load.pods=3 load.duration=1h load.warmup=500ms | complete --timeout=3900s
					load.enabled=true load.target=a:7 load.pods=3            | for index in $(seq 0 2); do
					jvmOptions=-Xss1m                                        | picked up JDK_JAVA_OPTIONS (jvmOptions)
					""")
	void whenTheChartIsInstalledTheNotesFitTheValues(String values, String command) {
		assertThat(notes(values.split(" +"))).contains(command).doesNotContain(" --reuse-values");
	}

	@ParameterizedTest
	@CsvSource({ "LoadBalancer, length, false", "NodePort, line, false", "LoadBalancer, eof, true",
			"NodePort, eof, true", "ClusterIP, eof, false" })
	void whenAListenerIsOfAnotherFramingTheNotesNameNoNetcat(String type, String listener, boolean netcat) {
		String notes = notes("service.type=" + type, "listeners.eof.enabled=" + listener.equals("eof"),
				"listeners." + listener + ".enabled=true");
		assertThat(notes.contains("nc -N")).isEqualTo(netcat);
	}

	@Test
	void whenANetworkPolicyNamesPeersTheCommandOfTheNotesHasTheLabelsOfTheTests() {
		String notes = notes("networkPolicy.enabled=true", "networkPolicy.ingress.from[0].podSelector.matchLabels.a=b");
		assertThat(notes).contains(
				"--labels=app.kubernetes.io/name=tcp-echo,app.kubernetes.io/instance=rel,app.kubernetes.io/component=test")
			.contains("The network policy lets these peers connect to the listeners");
	}

	private static String notes(String... values) {
		InstallCommand install = new Helm(chart).install()
			.clientOnly()
			.dryRun()
			.withName(Chart.RELEASE)
			.withNamespace(Chart.NAMESPACE);
		for (String value : values) {
			int equals = value.indexOf('=');
			install.set(value.substring(0, equals), value.substring(equals + 1));
		}
		return install.call().getOutput();
	}

}
