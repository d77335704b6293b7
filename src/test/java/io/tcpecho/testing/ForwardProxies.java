package io.tcpecho.testing;

/**
 * Proxies that a client asks for a connection to elsewhere, as installed on the machine,
 * each as a process on a free port of 127.0.0.1.
 */
public final class ForwardProxies {

	private ForwardProxies() {
	}

	/**
	 * Start microsocks, which speaks SOCKS 5.
	 * @param options further ones, such as a user and a password
	 */
	public static Proxy microsocks(String... options) {
		int port = FreePort.next();
		String[] command = new String[options.length + 5];
		System.arraycopy(new String[] { Installed.program("microsocks", "microsocks").toString(), "-i", "127.0.0.1",
				"-p", String.valueOf(port) }, 0, command, 0, 5);
		System.arraycopy(options, 0, command, 5, options.length);
		return Proxy.start(port, "", command);
	}

	/**
	 * Start Dante, which speaks SOCKS 5.
	 * @param rules further ones, before the rule that lets everything pass
	 */
	public static Proxy dante(String... rules) {
		String program = Installed.program("danted", "dante-server").toString();
		int port = FreePort.next();
		return Proxy.start(port, """
				logoutput: stderr
				internal: 127.0.0.1 port = %d
				external: 127.0.0.1
				clientmethod: none
				socksmethod: none
				client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
				%s
				socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
				""".formatted(port, String.join("\n", rules)), program, "-f", Proxy.CONFIGURATION, "-p", "pid");
	}

	/** Start tinyproxy, which knows CONNECT of HTTP. */
	public static Proxy tinyproxy(String... directives) {
		String program = Installed.program("tinyproxy", "tinyproxy-bin").toString();
		int port = FreePort.next();
		return Proxy.start(port, """
				Port %d
				Listen 127.0.0.1
				Timeout 60
				Allow 127.0.0.1
				%s
				""".formatted(port, String.join("\n", directives)), program, "-d", "-c", Proxy.CONFIGURATION);
	}

	/** Start Squid, which knows CONNECT of HTTP. */
	public static Proxy squid() {
		String program = Installed.program("squid", "squid").toString();
		int port = FreePort.next();
		return Proxy.start(port, """
				http_port 127.0.0.1:%d
				http_access allow all
				cache deny all
				access_log none
				cache_log /dev/null
				cache_store_log none
				netdb_filename none
				pid_filename none
				pinger_enable off
				shutdown_lifetime 0 seconds
				visible_hostname localhost
				""".formatted(port), program, "-N", "-f", Proxy.CONFIGURATION);
	}

	/** Start a server of OpenSSH, for {@link #ssh}. */
	public static Proxy sshd() {
		String program = Installed.program("sshd", "openssh-server").toString();
		int port = FreePort.next();
		return Proxy.start(port, """
				ListenAddress 127.0.0.1:%d
				HostKey DIRECTORY/host-key
				AuthorizedKeysFile DIRECTORY/client-key.pub
				StrictModes no
				UsePAM no
				PidFile none
				PermitRootLogin prohibit-password
				""".formatted(port), "sh", "-ec", """
				ssh-keygen -q -t ed25519 -N '' -f host-key
				ssh-keygen -q -t ed25519 -N '' -f client-key
				sed -i "s#DIRECTORY#$PWD#" %s
				[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
				exec %s -D -e -f "$PWD/%s"
				""".formatted(Proxy.CONFIGURATION, program, Proxy.CONFIGURATION));
	}

	/** Start {@code ssh -D}, which speaks SOCKS 5, to a server of {@link #sshd}. */
	public static Proxy ssh(Proxy sshd) {
		String program = Installed.program("ssh", "openssh-client").toString();
		int port = FreePort.next();
		return Proxy.start(port, "", program, "-N", "-F", "none", "-i",
				sshd.directory().resolve("client-key").toString(), "-p", String.valueOf(sshd.port()), "-o",
				"StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=known", "-o", "BatchMode=yes", "-D",
				"127.0.0.1:" + port, "localhost");
	}

}
