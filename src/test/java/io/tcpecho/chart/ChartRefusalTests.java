package io.tcpecho.chart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Values that the chart refuses, with messages that name them.
 */
class ChartRefusalTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					listeners.line.enabled=true listeners.line.port=7007      | listeners.line.port and listeners.eof.port are both 7007
					listeners.eof.port=8080                                   | listeners.eof.port and management.port are both 8080
					listeners.line.enabled=true listeners.line.servicePort=7007 | the ports of listeners.line and listeners.eof in the Service are both 7007
					listeners.eof.nodePort=30007                              | listeners.eof.nodePort is 30007, which service.type ClusterIP does not have
					listeners.eof.enabled=false                               | no listener is enabled: set listeners.NAME.enabled
					listeners.mine.framing=eof                                | listeners.mine.port is not set
					listeners.mine.framing=fixed listeners.mine.port=9        | listeners.mine.framing is fixed, and listeners.mine.fixedLength is not set
					listeners.eof.fixedLength=64B                             | listeners.eof.fixedLength is set, which framing eof does not have
					listeners.line.enabled=true listeners.line.onOversize=truncate | listeners.line.onOversize is truncate, which framing line does not have
					terminationGracePeriodSeconds=29                          | terminationGracePeriodSeconds is 29, less than 30, which is preStopSleepSeconds (5) + drain.delay (0s) + drain.timeout (20s) + 5: the drain would be cut
					config.tcp-echo.listeners.eof.port=7                      | config.tcp-echo.listeners.eof.port is set: use listeners, which makes the ports of the pod and the Service, too
					config.tcp-echo.drain.timeout=7s                          | config.tcp-echo.drain.timeout is set: use drain, from which the grace period of the pod is computed
					config.server.port=7                                      | config.server.port is set: use management.port, which is the port of the probes, too
					profiles[0]=all-framings                                  | profiles names all-framings, whose listeners the Service would not have: enable them in listeners
					podDisruptionBudget.enabled=true podDisruptionBudget.minAvailable=1 podDisruptionBudget.maxUnavailable=1 | podDisruptionBudget.minAvailable is 1 and podDisruptionBudget.maxUnavailable is 1: set one of them
					autoscaling.enabled=true autoscaling.maxReplicas=1        | autoscaling.maxReplicas is 1, less than autoscaling.minReplicas, 2
					autoscaling.enabled=true autoscaling.targetCPUUtilizationPercentage=0 | there is nothing to follow
					metrics.serviceMonitor.enabled=true metrics.podMonitor.enabled=true | metrics.serviceMonitor.enabled and metrics.podMonitor.enabled are both true: each pod would be scraped twice
					tcpRoute.enabled=true                                     | tcpRoute.enabled is true, and tcpRoute.parentRefs is empty: name a Gateway
					tcpRoute.listeners[0]=line                                | tcpRoute.listeners names line, which is no enabled listener
					""")
	void whenValuesContradictEachOtherTheTemplateRefusesThemByName(String values, String message) {
		assertThatIllegalStateException().isThrownBy(() -> Chart.renderWith(values.split(" +")))
			.withMessageContaining(message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					replicas=3                            | at '': additional properties 'replicas' not allowed
					listeners.eof.ssl.enabled=true        | at '/listeners/eof': additional properties 'ssl' not allowed
					listeners.eof.maxMesageSize=1KB       | at '/listeners/eof': additional properties 'maxMesageSize' not allowed
					service.tpye=NodePort                 | at '/service': additional properties 'tpye' not allowed
					listeners.eof.port=0                  | at '/listeners/eof/port': minimum: got 0, want 1
					listeners.eof.port=70000              | at '/listeners/eof/port': maximum: got 70,000, want 65,535
					listeners.eof.port=http               | at '/listeners/eof/port': got string, want integer
					listeners.eof.framing=lines           | at '/listeners/eof/framing': value must be one of 'eof', 'line', 'crlf'
					listeners.eof.maxMessageSize=5kb      | at '/listeners/eof/maxMessageSize': '5kb' does not match pattern
					listeners.management.port=9           | 'management'
					listeners.a-name-of-16-char.port=9    | 'a-name-of-16-char'
					listeners.eof.timeouts.idle=soon      | at '/listeners/eof/timeouts/idle': 'soon' does not match pattern
					drain.timeout=20                      | at '/drain/timeout'
					image.digest=sha256:abc               | at '/image/digest': 'sha256:abc' does not match pattern
					service.type=ExternalName             | at '/service/type': value must be one of 'ClusterIP', 'NodePort', 'LoadBalancer'
					replicaCount=-1                       | at '/replicaCount': minimum: got -1, want 0
					terminationGracePeriodSeconds=long    | at '/terminationGracePeriodSeconds': got string, want integer
					""")
	void whenAValueIsUnknownOrOutOfRangeTheSchemaRefusesItByName(String value, String message) {
		assertThatIllegalStateException().isThrownBy(() -> Chart.renderWith(value)).withMessageContaining(message);
	}

	@Test
	void whenValuesAreGlobalTheyMayBeOfAnotherChart() {
		assertThat(Chart.renderWith("global.somethingElse=true")).isNotEmpty();
	}

	@Test
	void whenTheGracePeriodIsJustEnoughItIsTaken() {
		assertThat(Chart.renderWith("terminationGracePeriodSeconds=30")).isNotEmpty();
	}

}
