package io.tcpecho.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

import io.tcpecho.probe.Entrance;
import io.tcpecho.probe.Preamble;
import io.tcpecho.proxy.ProxyHeader;
import io.tcpecho.proxy.ProxyHeaderFormat;
import io.tcpecho.via.ViaProxy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that say what comes between the connect and the message: proxies to go
 * through, a PROXY header, and TLS.
 */
final class EntranceOptions {

	@Option(names = "--via", paramLabel = "URL", converter = Converters.ViaConverter.class,
			description = "Go through a proxy: socks5://[USER[:PASSWORD]@]HOST:PORT, socks5h://... (the proxy looks the"
					+ " name up) or http://... (CONNECT). Several are used one behind the other, the nearest first."
					+ " A password in a URL is seen in the list of processes: leave it out there.")
	private List<ViaProxy> proxies = List.of();

	@Option(names = "--via-password-file", paramLabel = "FILE",
			description = "File with the passwords that the URLs of --via leave out, one a line in their order. Without"
					+ " this option, the environment variable " + ViaPasswords.VARIABLE + " has the password of all.")
	private @Nullable Path passwordFile;

	@Option(names = "--proxy", paramLabel = "v1|v2|local", completionCandidates = AllowedValues.Headers.class,
			description = "Send a PROXY protocol header first: of version 1, of version 2, or of version 2 with the"
					+ " command LOCAL, which names no client.")
	private ProxyHeaderFormat.@Nullable Kind header;

	@Option(names = "--proxy-source", paramLabel = "IP:PORT", converter = Converters.AddressConverter.class,
			description = "Where the header says that the connection comes from. Default: where it does")
	private @Nullable InetSocketAddress headerSource;

	@Option(names = "--proxy-destination", paramLabel = "IP:PORT", converter = Converters.AddressConverter.class,
			description = "Where the header says that the connection goes to. Default: where it does")
	private @Nullable InetSocketAddress headerDestination;

	@Option(names = "--proxy-tlv", paramLabel = "NAME=VALUE", split = ",", converter = Converters.TlvConverter.class,
			description = "Values of a header of version 2: authority=NAME, alpn=NAME, netns=NAME, unique-id=HEX,"
					+ " 0xE0=HEX with any type, crc32c.")
	private List<ProxyHeader.Tlv> tlvs = List.of();

	@Option(names = "--proxy-split", description = "Send each byte of the header in a segment of its own.")
	private boolean splitHeader;

	@Mixin
	private TlsOptions tls = new TlsOptions();

	@Option(names = "--greeting", paramLabel = "TEXT",
			description = "Expect these bytes before the message is sent, with the escapes \\r, \\n, \\t, \\\\ and"
					+ " \\xHH. If they have not come after half of the timeout, the message is sent without: this shows"
					+ " a proxy that waits for the client.")
	private String greeting = "";

	@Option(names = "--identify",
			description = "Expect the line of a listener with identify before the reply, and show which replica it"
					+ " names.")
	private boolean identify;

	/**
	 * Return what the options ask for.
	 * @param identified whether the identity line is expected in any case
	 * @throws IllegalArgumentException if they contradict each other
	 */
	Entrance entrance(boolean identified) {
		Preamble preamble = new Preamble(this.greeting, this.identify || identified);
		return new Entrance(ViaPasswords.of(this.passwordFile, System.getenv()).fill(this.proxies), headerFormat(),
				this.splitHeader, this.tls.clientTls(), preamble);
	}

	private @Nullable ProxyHeaderFormat headerFormat() {
		if (this.header != null) {
			return new ProxyHeaderFormat(this.header, this.headerSource, this.headerDestination, this.tlvs);
		}
		String needless = (this.headerSource != null) ? "proxy-source"
				: (this.headerDestination != null) ? "proxy-destination" : !this.tlvs.isEmpty() ? "proxy-tlv" : null;
		if (needless != null) {
			throw new IllegalArgumentException(needless + " needs proxy v1 or v2");
		}
		return null;
	}

}
