package io.tcpecho.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tcpecho.probe.ClientTls;
import io.tcpecho.tls.EndOfOutput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of TLS.
 */
final class TlsOptions {

	@Option(names = "--tls", description = "Speak TLS, and check the server's certificate.")
	private boolean tls;

	@Option(names = "--ca", paramLabel = "FILE",
			description = "File with the certificates of authorities to trust, in PEM. Default: those of the JDK")
	private @Nullable Path authorities;

	@Option(names = "--cert", paramLabel = "FILE",
			description = "File with a certificate for this client and its chain, in PEM.")
	private @Nullable Path certificate;

	@Option(names = "--key", paramLabel = "FILE",
			description = "File with the key of that certificate, in PEM and not encrypted. Default: the file of --cert")
	private @Nullable Path key;

	@Option(names = "--server-name", paramLabel = "NAME",
			description = "Name or address to ask for (SNI) and to expect in the certificate. Default: the target's host")
	private @Nullable String serverName;

	@Option(names = "--alpn", paramLabel = "NAME", split = ",",
			description = "Application protocols to offer, the preferred first: h2,http/1.1.")
	private List<String> alpn = List.of();

	@Option(names = "--tls-version", paramLabel = "1.3|1.2", split = ",",
			converter = Converters.TlsVersionConverter.class, completionCandidates = AllowedValues.TlsVersions.class,
			description = "Versions to offer. Default: both")
	private List<String> versions = List.of();

	@Option(names = "--insecure", description = "Do not check the server's certificate.")
	private boolean insecure;

	@Option(names = "--end", paramLabel = "both|close-notify|fin", converter = Converters.EndConverter.class,
			completionCandidates = AllowedValues.Ends.class,
			description = "How the client ends its stream: by close_notify and FIN, by close_notify alone, or by FIN"
					+ " alone, as some clients do. Default: both")
	private @Nullable EndOfOutput end;

	@Option(names = "--accept-truncation",
			description = "Take a FIN of the server without close_notify for an end like any other.")
	private boolean acceptsTruncation;

	/**
	 * Return what the options ask for; null for no TLS.
	 * @throws IllegalArgumentException if they contradict each other, or if a file cannot
	 * be used
	 */
	@Nullable ClientTls clientTls() {
		if (!this.tls) {
			refuseOthers();
			return null;
		}
		if (this.key != null && this.certificate == null) {
			throw new IllegalArgumentException("key needs cert");
		}
		if (this.insecure && this.authorities != null) {
			throw new IllegalArgumentException("insecure and ca exclude each other");
		}
		this.alpn.forEach(TlsOptions::requireProtocol);
		return new ClientTls(TlsFiles.context(this.authorities, this.certificate, this.key, this.insecure),
				this.serverName, !this.insecure, this.versions, this.alpn,
				(this.end != null) ? this.end : EndOfOutput.BOTH, this.acceptsTruncation);
	}

	private void refuseOthers() {
		Map<String, Boolean> others = new LinkedHashMap<>();
		others.put("ca", this.authorities != null);
		others.put("cert", this.certificate != null);
		others.put("key", this.key != null);
		others.put("server-name", this.serverName != null);
		others.put("alpn", !this.alpn.isEmpty());
		others.put("tls-version", !this.versions.isEmpty());
		others.put("insecure", this.insecure);
		others.put("end", this.end != null);
		others.put("accept-truncation", this.acceptsTruncation);
		others.forEach((name, given) -> {
			if (given) {
				throw new IllegalArgumentException(name + " needs tls");
			}
		});
	}

	private static void requireProtocol(String name) {
		if (name.isEmpty() || name.length() > 255) {
			throw new IllegalArgumentException(
					"the alpn '" + name + "' has " + name.length() + " characters, not between 1 and 255");
		}
	}

}
