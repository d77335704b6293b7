package io.tcpecho.hostile;

import java.time.Duration;

import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.NetworkNamespace;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts on machines that lack something, each a network namespace.
 */
@Tag("reliability")
class StartIT {

	private static final Duration LONGEST_END = Duration.ofSeconds(10);

	@Test
	@DisplayName("A start at a port that needs a privilege fails and names it")
	void whenThePortNeedsAPrivilegeTheStartFailsAndNamesIt() {
		try (NetworkNamespace network = NetworkNamespace.connected()) {
			network.run("sysctl", "--write", "net.ipv4.ip_unprivileged_port_start=1024");
			try (EchoProcess process = EchoProcess.configure()
				.inside(network)
				.unprivileged()
				.withoutManagement()
				.listener("eof", "port", 80)
				.start()
				.awaitOutput("APPLICATION FAILED TO START")) {
				assertThat(process.awaitExit(LONGEST_END)).isEqualTo(75);
				assertThat(process.output())
					.contains("Listener eof cannot listen on " + network.address() + " port 80: Permission denied.")
					.doesNotContainPattern("(?m)^\\s+at [\\w.$/]+\\(");
				assertThat(process.errors()).isEmpty();
			}
		}
	}

	@Test
	@DisplayName("The server serves on IPv4 if the kernel has no IPv6")
	void whenTheKernelHasNoIpv6ItServesOnIpv4() {
		try (NetworkNamespace network = NetworkNamespace.connected()) {
			network.run("sysctl", "--write", "net.ipv6.conf.all.disable_ipv6=1");
			try (EchoProcess process = EchoProcess.configure()
				.inside(network)
				.withoutManagement()
				.listener("eof", "address", "")
				.start()
				.awaitStarted();
					Peer peer = Peer.connectTo(network.address(), process.port("eof"), 0).send("hello").halfClose()) {
				assertThat(process.output()).contains("Listener eof on all IPv4 addresses port ");
				assertThat(peer.readToEnd()).isEqualTo(new Reply("hello".getBytes(), End.FIN));
			}
		}
	}

	@Test
	@DisplayName("An IPv6 address is refused if the kernel has no IPv6")
	void whenTheKernelHasNoIpv6AnAddressOfItIsRefused() {
		try (NetworkNamespace network = NetworkNamespace.connected()) {
			network.run("sysctl", "--write", "net.ipv6.conf.all.disable_ipv6=1");
			try (EchoProcess process = EchoProcess.configure()
				.inside(network)
				.withoutManagement()
				.listener("eof", "address", "::1")
				.start()
				.awaitOutput("APPLICATION FAILED TO START")) {
				assertThat(process.awaitExit(LONGEST_END)).isEqualTo(75);
				assertThat(process.output()).contains("Listener eof cannot listen on ::1 port 0: ");
			}
		}
	}

}
