package io.tcpecho.cli;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code probe} through real proxies, which are installed on the machine: what they do to
 * a half-close. Where CI is true they must be.
 */
class ProxyIT {

	private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");

	private static final Path NGINX = Path.of("/usr/sbin/nginx");

	/** Where Debian has what other distributions compile into nginx. */
	private static final Path NGINX_STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

	@TempDir
	private Path directory;

	private EchoServer server;

	private int port;

	@BeforeEach
	void startServer() throws IOException {
		this.server = EchoServer.framing("eof").listener("max-message-size", "1MB").start();
		try (ServerSocket free = new ServerSocket(0)) {
			this.port = free.getLocalPort();
		}
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void whenHaproxyIsInThePathTheHalfCloseGetsThrough() throws Exception {
		require(HAPROXY, "HAProxy, package haproxy");
		Path configuration = write("haproxy.cfg", """
				defaults
				    mode tcp
				    timeout connect 5s
				    timeout client 30s
				    timeout server 30s
				listen echo
				    bind 127.0.0.1:%d
				    server echo 127.0.0.1:%d
				""");
		Invocation probe = probe(List.of(HAPROXY.toString(), "-db", "-f", configuration.toString()));
		assertThat(probe.out()).contains(": 15 exchanges, 15 OK\n");
		assertThat(probe.exitCode()).isZero();
	}

	@Test
	void whenNginxPassesTheHalfCloseOnItGetsThrough() throws Exception {
		Invocation probe = probe(nginx("proxy_half_close on;"));
		assertThat(probe.out()).contains(": 15 exchanges, 15 OK\n");
		assertThat(probe.exitCode()).isZero();
	}

	@Test
	void whenNginxHasItsDefaultTheReplyIsLost() throws Exception {
		Invocation probe = probe(nginx(""));
		assertThat(probe.out()).contains("\nseq=1 REPLY_LOST 64 bytes, ")
			.contains("64 bytes: 0 of 5 OK\n")
			.contains("\nREPLY_LOST: A proxy takes our half-close for the end in both directions, as nginx stream");
		assertThat(probe.exitCode()).isEqualTo(CommandLineInterface.EXIT_VERDICT);
		// The message did arrive.
		await().untilAsserted(() -> assertThat(this.server.serviceCalls()).isGreaterThanOrEqualTo(5));
	}

	private List<String> nginx(String directive) throws IOException {
		require(NGINX, "nginx, packages nginx and libnginx-mod-stream");
		String module = Files.exists(NGINX_STREAM_MODULE) ? "load_module " + NGINX_STREAM_MODULE + ";" : "";
		Path configuration = write("nginx.conf", """
				%s
				daemon off;
				master_process off;
				pid %s;
				events { }
				stream {
				    server {
				        listen 127.0.0.1:%%d;
				        proxy_pass 127.0.0.1:%%d;
				        %s
				    }
				}
				""".formatted(module, this.directory.resolve("nginx.pid"), directive));
		return List.of(NGINX.toString(), "-p", this.directory.toString(), "-e", "stderr", "-c",
				configuration.toString());
	}

	private Path write(String name, String configuration) throws IOException {
		return Files.writeString(this.directory.resolve(name), configuration.formatted(this.port, this.server.port()));
	}

	/** Probe through a proxy, with small and large messages. */
	private Invocation probe(List<String> command) throws Exception {
		File log = this.directory.resolve("proxy.log").toFile();
		Process proxy = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
		try {
			await().atMost(Duration.ofSeconds(20)).until(() -> !proxy.isAlive() || isListening());
			assertThat(proxy.isAlive()).as(Files.readString(log.toPath())).isTrue();
			Invocation probe = Invocation
				.of("probe 127.0.0.1:" + this.port + " --count 5 --interval 0 --size 64B,5KB,1MB");
			this.server.awaitQuiet();
			assertThat(this.server.outcomes(Outcome.REPLIED) + this.server.outcomes(Outcome.RESET_BY_PEER)
					+ this.server.outcomes(Outcome.EMPTY))
				.isEqualTo(this.server.accepted());
			return probe;
		}
		finally {
			proxy.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
		}
	}

	private boolean isListening() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("127.0.0.1", this.port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static void require(Path program, String name) {
		if (!"true".equals(System.getenv("CI"))) {
			assumeThat(program).as(name + ", is installed").exists();
		}
		assertThat(program).as(name + ", is installed").exists();
	}

}
