package io.tcpecho.monitor;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.ssl.SslBundles;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules about the keys of the monitor.
 */
class MonitorChecksTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					targets.a.target=echo                               | tcp-echo.monitor.targets.a.target: 'echo' is not HOST:PORT, such as localhost:7007 or [::1]:7007
					targets.a.target=dns:echo:0                         | tcp-echo.monitor.targets.a.target: port 0 of 'echo:0' is not between 1 and 65535
					targets.matrix.interval=1s targets.matrix.timeout=1s | tcp-echo.monitor.targets.matrix: the name of a target must have at most 40 characters, of a-z, 0-9 and inner dashes, and must not be matrix
					targets.a.target=e:1 targets.a.interval=99ms targets.a.timeout=9ms | tcp-echo.monitor.targets.a.interval is 99ms, and must be between 100ms and 365d
					targets.a.target=e:1 targets.a.timeout=31s          | tcp-echo.monitor.targets.a.timeout is 31s, more than tcp-echo.monitor.targets.a.interval, 30s
					targets.a.timeout=0s                                | tcp-echo.monitor.targets.a.timeout is 0s, and must be between 1ms and 365d
					targets.a.sizes=16777217B                           | tcp-echo.monitor.targets.a.sizes has 16777217 bytes, more than 16777216
					targets.a.sizes=64B,64B                             | tcp-echo.monitor.targets.a.sizes has the same size twice
					targets.a.sizes=256B targets.a.framing=length-1     | tcp-echo.monitor.targets.a.sizes: size 256 is not between 0 and 255 bytes, as framing length-1 needs it
					targets.a.max-targets=0                             | tcp-echo.monitor.targets.a.max-targets is 0, and must be between 1 and 1000
					targets.a.max-targets=1001                          | tcp-echo.monitor.targets.a.max-targets is 1001, and must be between 1 and 1000
					targets.a.target=e:1 targets.a.lab-port=7016        | tcp-echo.monitor.targets.a.lab-port is set, and tcp-echo.monitor.targets.a.target is not dns:NAME:PORT
					targets.a.target=dns:e:1 targets.a.lab-port=65536   | tcp-echo.monitor.targets.a.lab-port is 65536, and must be between 1 and 65535
					targets.a.tls.server-name=x                         | tcp-echo.monitor.targets.a.tls has settings, and neither tcp-echo.monitor.targets.a.tls.enabled nor tcp-echo.monitor.targets.a.tls.bundle is set
					targets.a.tls.enabled=true targets.a.tls.protocols=TLSv1.1 | tcp-echo.monitor.targets.a.tls.protocols is TLSv1.1, and may only have TLSv1.3, TLSv1.2
					targets.a.tls.bundle=x                              | tcp-echo.monitor.targets.a.tls.bundle is x, and no SSL bundle has this name (there is none)
					allow=10.0.0.1/8                                    | tcp-echo.monitor.allow: '10.0.0.1/8' has bits behind its first 8; the range is 10.0.0.0/8
					""")
	void whatIsWrongIsRefusedByName(String properties, String problem) {
		assertThat(problems(properties)).containsExactly(problem);
	}

	@Test
	void whatIsAtItsLimitIsTaken() {
		assertThat(problems("targets.a.target=dns:echo.example.com:65535 targets.a.interval=100ms "
				+ "targets.a.timeout=100ms targets.a.sizes=0B,16777216B targets.a.max-targets=1000 "
				+ "targets.a.leave-time=0s targets.a.lab-port=65535 allow=10.0.0.0/8,*.example.com"))
			.isEmpty();
		assertThat(problems("targets.module.timeout=60s")).as("no interval to keep").isEmpty();
	}

	private static List<String> problems(String properties) {
		Map<String, String> keys = new HashMap<>();
		Arrays.stream(properties.split(" +"))
			.map((property) -> property.split("=", 2))
			.forEach((property) -> keys.put(MonitorProperties.PREFIX + "." + property[0], property[1]));
		MonitorProperties bound = new Binder(new MapConfigurationPropertySource(keys))
			.bindOrCreate(MonitorProperties.PREFIX, MonitorProperties.class);
		return new MonitorChecks(bound, new DefaultListableBeanFactory().getBeanProvider(SslBundles.class)).problems();
	}

}
