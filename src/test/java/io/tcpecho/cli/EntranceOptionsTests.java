package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.tcpecho.testing.Certificates;
import io.tcpecho.via.ViaProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Wrong values of the options for the way in, each with its message and exit code 2, and
 * passwords that are not on the command line.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EntranceOptionsTests {

	private final Certificates certificates = Certificates.make();

	@TempDir
	private Path directory;

	@AfterAll
	void deleteCertificates() {
		this.certificates.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"--via proxy:1080 | 'proxy:1080' is no proxy, such as socks5://127.0.0.1:1080, ",
			"--via ftp://u:secret@proxy:1080 | 'ftp' of 'ftp://***@proxy:1080' is none of socks5, socks5h, http",
			"--via http://u:secret@proxy:0 | port 0 of 'http://***@proxy:0' is not between 1 and 65535",
			"--vai=http://u:secret@proxy:1 | --vai",
			"--via socks5://u@proxy:1 --via-password-file /none | via-password-file /none cannot be read: ",
			"--via socks5://proxy:1 --all-addresses | all-addresses needs connections without a proxy, not via socks5://proxy:1",
			"--proxy v3 | --proxy", "--proxy-source 192.0.2.1:1 | proxy-source needs proxy v1 or v2",
			"--proxy-destination 192.0.2.1:1 | proxy-destination needs proxy v1 or v2",
			"--proxy-tlv crc32c | proxy-tlv needs proxy v1 or v2",
			"--proxy-split | proxy-split needs proxy v1, v2 or local",
			"--proxy v1 --proxy-tlv crc32c | proxy-tlv needs proxy v2 or local, not v1, which has none",
			"--proxy local --proxy-source 192.0.2.1:1 | proxy-source needs proxy v1 or v2, not local, which has no addresses",
			"--proxy v1 --proxy-source name:1 | 'name:1' is not IP:PORT, such as 192.0.2.1:50000 or [2001:db8::1]:50000",
			"--proxy v2 --proxy-tlv color=red | 'color=red' is no TLV, such as authority=NAME, ",
			"--ca /none | ca needs tls", "--cert /none | cert needs tls", "--key /none | key needs tls",
			"--server-name a | server-name needs tls", "--alpn h2 | alpn needs tls",
			"--tls-version 1.3 | tls-version needs tls", "--insecure | insecure needs tls", "--end fin | end needs tls",
			"--accept-truncation | accept-truncation needs tls", "--tls --ca /none | ca /none does not exist",
			"--tls --cert /none | cert /none does not exist", "--tls --key /none | key needs cert",
			"--tls --insecure --ca /none | insecure and ca exclude each other",
			"--tls --tls-version 1.1 | '1.1' is none of 1.3, 1.2",
			"--tls --end rst | 'rst' is none of both, close-notify, fin",
			"--tls --server-name a..b | 'a..b' is no name for a server of TLS: ",
			"--tls --alpn ,h2 | the alpn '' has 0 characters, not between 1 and 255" })
	void whenAValueIsWrongTheMessageNamesIt(String options, String message) {
		for (String command : new String[] { "probe", "load" }) {
			if (command.equals("load") && options.contains("--all-addresses")) {
				continue;
			}
			Invocation invocation = Invocation.of(command + " " + options + " 127.0.0.1:7");
			assertThat(invocation.exitCode()).as(invocation.out() + invocation.err())
				.isEqualTo(ExitCode.USAGE.number());
			assertThat(invocation.err()).contains(message).doesNotContain("secret");
			assertThat(invocation.err().lines()).hasSize(1);
			assertThat(invocation.out()).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "probe | 'http://***@proxy:1' is not HOST:PORT",
			"load | '--vai' is no option; did you mean --via?" })
	void whenAnOptionIsMisspelledThePasswordAfterItIsNotShown(String command, String message) {
		Invocation invocation = Invocation.of(command + " --vai http://u:secret@proxy:1 127.0.0.1:7");
		assertThat(invocation.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(invocation.err()).contains(message).doesNotContain("secret").hasLineCount(1);
	}

	@Test
	void whenAProxyLooksTheNameUpAHeaderNeedsADestination() {
		Invocation probe = Invocation.of("probe --via socks5h://h:1 --proxy v2 a.example:7");
		assertThat(probe.err())
			.contains("proxy v2 needs proxy-destination, because via socks5h://h:1 looks up the name a.example (see");
		assertThat(probe.exitCode()).isEqualTo(ExitCode.USAGE.number());
	}

	@Test
	void whenAFileHasNoCertificateTheMessageNamesIt() throws IOException {
		Path empty = Files.writeString(this.directory.resolve("empty.pem"), "nothing");
		Path broken = Files.writeString(this.directory.resolve("broken.pem"),
				"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
		assertRefused("--ca " + empty, "ca " + empty + " has no PEM: no line -----BEGIN ...-----");
		assertRefused("--ca " + broken, "ca " + broken + " cannot be used: ");
		assertRefused("--cert " + this.certificates.file("client.crt"),
				"cert " + this.certificates.file("client.crt") + " cannot be used: ");
		assertRefused("--ca " + this.certificates.file("client.key"),
				"ca " + this.certificates.file("client.key") + " cannot be used: ");
	}

	private static void assertRefused(String options, String message) {
		Invocation probe = Invocation.of("probe --tls " + options + " 127.0.0.1:7");
		assertThat(probe.err()).contains(message);
		assertThat(probe.exitCode()).isEqualTo(ExitCode.USAGE.number());
	}

	// Passwords

	@Test
	void whenAPasswordIsInTheEnvironmentAllProxiesWithoutOneHaveIt() {
		List<ViaProxy> proxies = ViaPasswords.of(null, Map.of("TCP_ECHO_VIA_PASSWORD", "secret"))
			.fill(proxies("http://a@h:1", "http://b:other@h:2", "http://c@h:3", "http://h:4"));
		assertThat(proxies).extracting(ViaProxy::password).containsExactly("secret", "other", "secret", null);
	}

	@Test
	void whenPasswordsAreInAFileEachProxyWithoutOneHasItsLine() throws IOException {
		Path file = Files.writeString(this.directory.resolve("passwords"), "first\nsecond: #\n");
		assertThat(ViaPasswords.of(file, Map.of()).fill(proxies("http://a@h:1", "http://h:2", "http://c@h:3")))
			.extracting(ViaProxy::password)
			.containsExactly("first", null, "second: #");
	}

	@Test
	void whenPasswordsAreTooFewOrTooManyTheMessageSaysSo() throws IOException {
		Path file = Files.writeString(this.directory.resolve("one"), "first");
		assertThatThrownBy(() -> ViaPasswords.of(null, Map.of()).fill(proxies("http://a@h:1"))).hasMessage(
				"via http://h:1 needs a password for its user, and neither via-password-file nor TCP_ECHO_VIA_PASSWORD"
						+ " has it");
		assertThatThrownBy(() -> ViaPasswords.of(file, Map.of()).fill(proxies("http://a@h:1", "http://a@h:2")))
			.hasMessage("via http://h:2 needs a password for its user, and via-password-file " + file
					+ " has no line for it");
		assertThatThrownBy(() -> ViaPasswords.of(file, Map.of()).fill(proxies("http://h:1")))
			.hasMessage("via-password-file has 1 lines, and via names 0 without a password but with a user");
	}

	private static List<ViaProxy> proxies(String... urls) {
		return List.of(urls).stream().map(ViaProxy::parse).toList();
	}

}
