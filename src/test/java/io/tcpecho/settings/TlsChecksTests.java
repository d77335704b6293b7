package io.tcpecho.settings;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the start refuses of the keys of a listener's TLS, and what they mean.
 */
class TlsChecksTests {

	private static final String KEY = "tcp-echo.listeners.eof.tls";

	private static final String ACKNOWLEDGE = "jdk.tls.acknowledgeCloseNotify";

	private final Map<String, String> properties = new TreeMap<>(Map.of("tcp-echo.listeners.eof.port", "0"));

	@AfterEach
	void clearProperty() {
		System.clearProperty(ACKNOWLEDGE);
	}

	@Test
	void withoutABundleThereIsNoTls() {
		assertThat(problems()).isEmpty();
		assertThat(settings()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "client-auth, need", "protocols, TLSv1.3", "alpn, lab", "close-notify, optional" })
	void whenAKeyIsSetAndTheBundleIsNotTheStartIsRefused(String key, String value) {
		set(key, value);
		assertThat(problems()).containsExactly(KEY + "." + key + " is set, and " + KEY + ".bundle is not");
	}

	@Test
	void framingEofHasTls13Alone() {
		set("bundle", "echo");
		assertThat(settings().protocols()).containsExactly("TLSv1.3");
	}

	@Test
	void otherFramingsHaveBothVersions() {
		set("bundle", "echo");
		this.properties.put("tcp-echo.listeners.eof.framing", "line");
		assertThat(settings().protocols()).containsExactly("TLSv1.3", "TLSv1.2");
	}

	@Test
	void whenFramingEofHasTls12TheStartIsRefused() {
		set("bundle", "echo");
		set("protocols", "TLSv1.3,TLSv1.2");
		assertThat(problems()).containsExactly(KEY + ".protocols has TLSv1.2, whose close_notify ends both directions, "
				+ "and framing eof needs a half-close");
	}

	@Test
	void whenAVersionIsUnknownTheStartIsRefused() {
		set("bundle", "echo");
		set("protocols", "TLSv1.1");
		assertThat(problems()).containsExactly(KEY + ".protocols: TLSv1.1 is unknown, and must be TLSv1.3 or TLSv1.2");
	}

	@Test
	void whenAnApplicationProtocolIsTooLongTheStartIsRefused() {
		set("bundle", "echo");
		set("alpn", "x".repeat(255));
		assertThat(problems()).isEmpty();
		set("alpn", "x".repeat(256));
		assertThat(problems())
			.containsExactly(KEY + ".alpn: a protocol has 256 bytes, and must have between 1 and 255");
	}

	@Test
	void whenTheJdkAnswersCloseNotifyAtOnceTheStartIsRefused() {
		System.setProperty(ACKNOWLEDGE, "true");
		assertThat(problems()).isEmpty();
		set("bundle", "echo");
		assertThat(problems()).containsExactly("The system property " + ACKNOWLEDGE + " is true, and " + KEY
				+ ".bundle is set: close_notify would be sent before the reply");
	}

	@ParameterizedTest
	@CsvSource({ "0, false", "1, true", "256, true", "257, false" })
	void theThreadsOfHandshakesHaveALimit(String threads, boolean taken) {
		this.properties.put("tcp-echo.tls.handshake-threads", threads);
		assertThat(problems()).isEqualTo(taken ? List.of()
				: List.of("tcp-echo.tls.handshake-threads is " + threads + ", and must be between 1 and 256"));
	}

	private void set(String key, String value) {
		this.properties.put(KEY + "." + key, value);
	}

	private List<String> problems() {
		return SettingsChecks.find(bound(), new ProcessLimits(10_000, 1L << 30, 17));
	}

	private TlsSettings settings() {
		return ServerSettings.resolve(bound(), new ProcessLimits(10_000, 1L << 30, 17)).listener("eof").tls();
	}

	private TcpEchoProperties bound() {
		return new Binder(new MapConfigurationPropertySource(this.properties)).bindOrCreate("tcp-echo",
				TcpEchoProperties.class);
	}

}
