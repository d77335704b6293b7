package io.tcpecho.delivery;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

import io.tcpecho.testing.Commands;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The server under the mounts and without the privileges that the unit of systemd gives
 * it, in a mount namespace of its own, with a socket in place of systemd.
 */
@Tag("reliability")
class UnitIT {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final byte[] MESSAGE = "hello".getBytes(StandardCharsets.US_ASCII);

	@TempDir
	Path directory;

	@Test
	@DisplayName("Under the restrictions of the systemd unit the server serves IPv6, and tells systemd its state")
	void whenTheUnitRestrictsItTheServerServesBothFamiliesAndTellsSystemd() throws Exception {
		Commands.require("systemd-notify", "systemd");
		Commands.require("socat", "socat");
		// The service is of another user.
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		Path socket = this.directory.resolve("notify");
		Path told = this.directory.resolve("told");
		Process systemd = new ProcessBuilder("socat", "-u", "UNIX-RECV:" + socket + ",mode=666", "CREATE:" + told)
			.redirectInput(new File("/dev/null"))
			.start();
		try (EchoProcess process = underTheUnit(Unit.mountOptionsOfProc())
			.environment("NOTIFY_SOCKET", socket.toString())
			.argument("tcp-echo.drain.timeout", "40s")
			.start()
			.awaitStarted()) {
			assertThat(process.output()).contains("Listener eof on all addresses port ");
			assertEchoes("127.0.0.1", process.port("eof"));
			assertEchoes("::1", process.port("eof"));
			await().atMost(PATIENCE).until(() -> Files.readString(told).contains("READY=1\nSTATUS=Ready"));
			process.terminate();
			assertThat(process.awaitExit(PATIENCE)).isIn(0, 143);
			await().atMost(PATIENCE)
				.until(() -> Files.readString(told)
					.contains("STOPPING=1\nSTATUS=Draining\nEXTEND_TIMEOUT_USEC=50000000"));
		}
		finally {
			systemd.destroyForcibly().waitFor();
		}
	}

	@Test
	@DisplayName("Where the Java runtime finds no IPv6 the log and the endpoint say that only IPv4 is served")
	void whenProcHoldsOnlyProcessesTheServerSaysThatItServesIpv4() throws Exception {
		try (EchoProcess process = underTheUnit("hidepid=2,subset=pid").start().awaitStarted()) {
			assertThat(process.output()).contains("Listener eof on all IPv4 addresses port ")
				.doesNotContain("on all addresses");
			assertEchoes("127.0.0.1", process.port("eof"));
			assertThat(new Management(process.managementPort()).get("/listeners/eof").text("/address"))
				.isEqualTo("all IPv4 addresses");
		}
	}

	/** Start the server on all addresses, with these options of the mount of /proc. */
	private static EchoProcess.Builder underTheUnit(String mountOptions) {
		Commands.requireRoot();
		Commands.require("unshare", "util-linux");
		return EchoProcess.configure()
			.listener("eof", "address", "")
			.unprivileged()
			.by("unshare", "--mount", "sh", "-c",
					"mount --make-rprivate / && mount -t proc -o " + mountOptions
							+ " proc /proc && exec setpriv --no-new-privs --bounding-set=-all,+setuid,+setgid \"$@\"",
					"sh");
	}

	private static void assertEchoes(String host, int port) {
		try (Peer peer = Peer.connectTo(host, port, 0)) {
			assertThat(peer.send("hello").halfClose().readToEnd()).isEqualTo(new Reply(MESSAGE, End.FIN));
		}
	}

}
