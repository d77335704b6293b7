package io.tcpecho.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * HAProxy or nginx before one server, or a server of OpenSSL or Ncat: as installed on the
 * machine, as a process on a free port of 127.0.0.1.
 */
public final class Proxy implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	static final String CONFIGURATION = "configuration";

	private static final String CERTIFICATE = "certificate.pem";

	/** Where Debian has what other distributions compile into nginx. */
	private static final Path NGINX_STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

	private final int port;

	private final Path directory;

	private final Process process;

	private Proxy(int port, Path directory, Process process) {
		this.port = port;
		this.directory = directory;
		this.process = process;
	}

	/**
	 * Start HAProxy in mode tcp, with timeouts of 30 s.
	 * @param directives further ones of its section {@code defaults}
	 */
	public static Proxy haproxy(int serverPort, String... directives) {
		return haproxyBinding("", serverPort, directives);
	}

	/**
	 * Start HAProxy in mode tcp, with timeouts of 30 s.
	 * @param options of its line {@code bind}, in which {@code CERTIFICATE} stands for a
	 * new file with a certificate and its key
	 * @param directives further ones of its section {@code defaults}
	 */
	public static Proxy haproxyBinding(String options, int serverPort, String... directives) {
		return haproxy(String.join("\n    ", directives), options, "server echo 127.0.0.1:" + serverPort);
	}

	private static Proxy haproxy(String defaults, String bindOptions, String echo) {
		Path program = Installed.program("haproxy", "haproxy");
		int port = FreePort.next();
		return start(port, """
				defaults
				    mode tcp
				    timeout connect 5s
				    timeout client 30s
				    timeout server 30s
				    %s
				listen echo
				    bind 127.0.0.1:%d %s
				    %s
				""".formatted(defaults, port, bindOptions, echo), program.toString(), "-db", "-f", CONFIGURATION);
	}

	/**
	 * Start HAProxy in mode tcp before several servers.
	 * @param balance how it chooses one, such as {@code roundrobin}
	 * @param servers the port of each, with further words of its line such as
	 * {@code 7007 weight 70}
	 */
	public static Proxy haproxyBalancing(String balance, String... servers) {
		StringBuilder lines = new StringBuilder("balance ").append(balance);
		for (int i = 0; i < servers.length; i++) {
			lines.append("\n    server server").append(i).append(" 127.0.0.1:").append(servers[i]);
		}
		return haproxy("", "", lines.toString());
	}

	/**
	 * Start nginx with its module stream.
	 * @param directives further ones of its section {@code server}
	 */
	public static Proxy nginx(int serverPort, String... directives) {
		return nginxListening("", serverPort, directives);
	}

	/**
	 * Start nginx with its module stream.
	 * @param options of its line {@code listen}
	 * @param directives further ones of its section {@code server}, in which
	 * {@code CERTIFICATE} stands for a new file with a certificate and its key
	 */
	public static Proxy nginxListening(String options, int serverPort, String... directives) {
		Path program = Installed.program("nginx", "libnginx-mod-stream");
		String module = Files.exists(NGINX_STREAM_MODULE) ? "load_module " + NGINX_STREAM_MODULE + ";" : "";
		int port = FreePort.next();
		return start(port, """
				%s
				daemon off;
				master_process off;
				pid pid;
				events { }
				stream {
				    server {
				        listen 127.0.0.1:%d %s;
				        proxy_pass 127.0.0.1:%d;
				        %s
				    }
				}
				""".formatted(module, port, options, serverPort, String.join("\n        ", directives)),
				program.toString(), "-p", "./", "-e", "stderr", "-c", CONFIGURATION);
	}

	/** Start HAProxy in mode tcp before a server that speaks TLS, for plain clients. */
	public static Proxy haproxyBeforeTls(int serverPort) {
		return haproxy("", "", "server echo 127.0.0.1:" + serverPort + " ssl verify none");
	}

	/** Start stunnel, which decrypts for a server or, as a client, encrypts to one. */
	public static Proxy stunnel(int serverPort, boolean client) {
		Path program = Installed.program("stunnel4", "stunnel4");
		int port = FreePort.next();
		return start(port, """
				foreground = yes
				pid =
				client = %s
				[echo]
				accept = 127.0.0.1:%d
				connect = 127.0.0.1:%d
				%s
				""".formatted(client ? "yes" : "no", port, serverPort, client ? "" : "cert = CERTIFICATE"),
				program.toString(), CONFIGURATION);
	}

	/** Start socat, which decrypts for a server. */
	public static Proxy socatDecrypting(int serverPort) {
		Path program = Installed.program("socat", "socat");
		int port = FreePort.next();
		return start(port, "CERTIFICATE", program.toString(), "-t", "10",
				"OPENSSL-LISTEN:" + port + ",bind=127.0.0.1,fork,reuseaddr,verify=0,cert=" + CERTIFICATE,
				"TCP:127.0.0.1:" + serverPort);
	}

	/** Start a TLS server of OpenSSL. */
	public static Proxy opensslServer() {
		Path program = Installed.program("openssl", "openssl");
		int port = FreePort.next();
		return start(port, "CERTIFICATE", program.toString(), "s_server", "-quiet", "-accept", "127.0.0.1:" + port,
				"-cert", CERTIFICATE, "-key", CERTIFICATE);
	}

	/** Start Ncat with {@code cat} for each connection. */
	public static Proxy ncatWithCat() {
		Path program = Installed.program("ncat", "ncat");
		int port = FreePort.next();
		return start(port, "", program.toString(), "-l", "-k", "-e", "/bin/cat", "127.0.0.1", String.valueOf(port));
	}

	static Proxy start(int port, String configuration, String... command) {
		try {
			Path directory = Files.createTempDirectory("tcp-echo-");
			if (configuration.contains("CERTIFICATE")) {
				makeCertificate(directory);
			}
			Files.writeString(directory.resolve(CONFIGURATION), configuration.replace("CERTIFICATE", CERTIFICATE));
			Process process = new ProcessBuilder(command).directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(directory.resolve("log").toFile())
				.start();
			Proxy proxy = new Proxy(port, directory, process);
			proxy.awaitListening();
			return proxy;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void makeCertificate(Path directory) throws IOException {
		Process openssl = new ProcessBuilder(Installed.program("openssl", "openssl").toString(), "req", "-x509",
				"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
				"/CN=localhost", "-keyout", CERTIFICATE, "-out", "public.pem")
			.directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("log").toFile())
			.start();
		assertThat(openssl.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join().exitValue())
			.as(Files.readString(directory.resolve("log")))
			.isZero();
		Files.write(directory.resolve(CERTIFICATE), Files.readAllBytes(directory.resolve("public.pem")),
				StandardOpenOption.APPEND);
	}

	private void awaitListening() throws IOException {
		try {
			await().atMost(PATIENCE).until(() -> !this.process.isAlive() || isListening());
			assertThat(this.process.isAlive()).as(Files.readString(this.directory.resolve("log"))).isTrue();
		}
		catch (RuntimeException | Error ex) {
			close();
			throw ex;
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

	/** Return the port that clients connect to. */
	public int port() {
		return this.port;
	}

	/** Return the directory that it runs in. */
	Path directory() {
		return this.directory;
	}

	/** Kill it. */
	@Override
	public void close() {
		Commands.end(this.process, this.directory);
	}

}
