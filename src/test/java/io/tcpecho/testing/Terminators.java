package io.tcpecho.testing;

import java.nio.file.Path;

/**
 * Programs that speak TLS before a plain server, as installed on the machine, each as a
 * process on a free port of 127.0.0.1.
 */
public final class Terminators {

	private Terminators() {
	}

	/**
	 * Start HAProxy.
	 * @param pem the file with its certificate and key
	 * @param options further ones of its line {@code bind}
	 */
	public static Proxy haproxy(Path pem, int serverPort, String options) {
		return Proxy.haproxyBinding("ssl crt " + pem + " " + options, serverPort);
	}

	/**
	 * Start nginx with its module stream.
	 * @param pem the file with its certificate and key
	 * @param directives further ones of its section {@code server}
	 */
	public static Proxy nginx(Path pem, int serverPort, String directives) {
		return Proxy.nginxListening("ssl", serverPort, "ssl_certificate " + pem + "; ssl_certificate_key " + pem + ";",
				"ssl_protocols TLSv1.2 TLSv1.3;", directives);
	}

	/**
	 * Start stunnel.
	 * @param pem the file with its certificate and key
	 * @param options further ones of its service
	 */
	public static Proxy stunnel(Path pem, int serverPort, String options) {
		String program = Installed.program("stunnel4", "stunnel4").toString();
		int port = FreePort.next();
		return Proxy.start(port, """
				foreground = yes
				pid =
				[echo]
				accept = 127.0.0.1:%d
				connect = 127.0.0.1:%d
				cert = %s
				%s
				""".formatted(port, serverPort, pem, options), program, Proxy.CONFIGURATION);
	}

	/**
	 * Start socat.
	 * @param pem the file with its certificate and key
	 */
	public static Proxy socat(Path pem, int serverPort) {
		String program = Installed.program("socat", "socat").toString();
		int port = FreePort.next();
		return Proxy.start(port, "", program, "-t", "10",
				"OPENSSL-LISTEN:" + port + ",bind=127.0.0.1,reuseaddr,fork,verify=0,cert=" + pem,
				"TCP:127.0.0.1:" + serverPort);
	}

	/**
	 * Start Ncat with {@code cat} for each connection.
	 * @param pem the file with its certificate and key
	 */
	public static Proxy ncat(Path pem) {
		String program = Installed.program("ncat", "ncat").toString();
		int port = FreePort.next();
		return Proxy.start(port, "", program, "-l", "-k", "--ssl", "--ssl-cert", pem.toString(), "--ssl-key",
				pem.toString(), "-e", "/bin/cat", "127.0.0.1", String.valueOf(port));
	}

	/**
	 * Start the server of OpenSSL, which answers nothing.
	 * @param pem the file with its certificate and key
	 * @param options further ones
	 */
	public static Proxy openssl(Path pem, String... options) {
		String program = Installed.program("openssl", "openssl").toString();
		int port = FreePort.next();
		String[] command = new String[options.length + 9];
		System.arraycopy(new String[] { program, "s_server", "-quiet", "-accept", "127.0.0.1:" + port, "-cert",
				pem.toString(), "-key", pem.toString() }, 0, command, 0, 9);
		System.arraycopy(options, 0, command, 9, options.length);
		return Proxy.start(port, "", command);
	}

}
