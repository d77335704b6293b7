package io.tcpecho.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import io.tcpecho.proxy.ProxyHeader.Transport;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any bytes, for our parser and for that of Netty's codec for HAProxy: both must take the
 * same headers, but for the differences that {@link Difference} lists.
 */
class ProxyHeaderFuzzTests {

	private static final int MAX = 1 << 17;

	@FuzzTest
	void whateverArrivesIsTakenAsNettyTakesItButForTheDifferencesListed(byte[] input) {
		Result ours = parse(input, input.length);
		assertThat(parse(input, 1)).as("byte by byte").usingRecursiveComparison().isEqualTo(ours);
		Result netty = netty(input);
		boolean same = ours.isHeader() == netty.isHeader()
				&& (!ours.isHeader() || (ours.text.equals(netty.text) && ours.size == netty.size));
		if (!same) {
			assertThat(Difference.of(input, ours, netty))
				.as("ours %s, Netty's %s of %s", ours, netty, HexFormat.of().formatHex(input))
				.isNotEmpty();
		}
	}

	private static Result parse(byte[] input, int stretch) {
		ProxyHeaderParser parser = new ProxyHeaderParser(MAX);
		for (int at = 0; at < input.length; at += stretch) {
			ByteBuffer bytes = ByteBuffer.wrap(input, at, Math.min(stretch, input.length - at));
			try {
				ProxyHeader header = parser.parse(bytes);
				if (header != null) {
					return new Result(header, text(header), bytes.position(), null);
				}
			}
			catch (ProxyHeaderException ex) {
				return new Result(null, null, bytes.position(), ex.getMessage());
			}
		}
		return new Result(null, null, input.length, null);
	}

	private static String text(ProxyHeader header) {
		if (header.source() == null || header.destination() == null) {
			return header.version() + " " + header.command();
		}
		return header.version() + " " + header.command() + " " + header.transport() + " "
				+ header.source().getAddress().getHostAddress() + " " + header.source().getPort() + " "
				+ header.destination().getAddress().getHostAddress() + " " + header.destination().getPort();
	}

	private static Result netty(byte[] input) {
		EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
		try {
			channel.writeInbound(Unpooled.wrappedBuffer(input));
			Object first = channel.readInbound();
			if (!(first instanceof HAProxyMessage message)) {
				ReferenceCountUtil.release(first);
				return new Result(null, null, 0, null);
			}
			ByteBuf rest = channel.readInbound();
			int size = input.length - ((rest != null) ? rest.readableBytes() : 0);
			ReferenceCountUtil.release(rest);
			String text = text(message);
			message.release();
			return new Result(null, text, size, null);
		}
		catch (Exception ex) {
			return new Result(null, null, 0, String.valueOf(ex));
		}
		finally {
			release(channel);
		}
	}

	/** End the channel; a header that is not complete is a failure to Netty then. */
	private static void release(EmbeddedChannel channel) {
		try {
			channel.finishAndReleaseAll();
		}
		catch (Exception ex) {
			assertThat(ex).isInstanceOf(DecoderException.class);
		}
	}

	private static String text(HAProxyMessage message) {
		String start = message.protocolVersion().name().substring(1) + " " + message.command();
		String transport = message.proxiedProtocol().name();
		boolean named = message.sourceAddress() != null && (transport.startsWith("TCP") || transport.startsWith("UDP"));
		return named ? start + " " + transport + " " + numeric(message.sourceAddress()) + " " + message.sourcePort()
				+ " " + numeric(message.destinationAddress()) + " " + message.destinationPort() : start;
	}

	private static String numeric(String address) {
		try {
			return InetAddress.getByName(address).getHostAddress();
		}
		catch (UnknownHostException ex) {
			return "no address: " + address;
		}
	}

	/** What a parser has made of an input: a header, a refusal, or neither yet. */
	record Result(@Nullable ProxyHeader header, @Nullable String text, int size, @Nullable String refusal) {

		boolean isHeader() {
			return this.text != null;
		}

	}

	/** A reason for which the two parsers may differ. */
	enum Difference {

		/** The specification allows port 0, which Netty refuses. */
		PORT_ZERO {
			@Override
			boolean explains(byte[] input, Result ours, Result netty) {
				return ours.header != null && ours.header.source() != null && ours.header.destination() != null
						&& (ours.header.source().getPort() == 0 || ours.header.destination().getPort() == 0);
			}
		},

		/** HAProxy writes IPv4 addresses among IPv6 ones in a form that Netty refuses. */
		IPV4_IN_IPV6 {
			@Override
			boolean explains(byte[] input, Result ours, Result netty) {
				return ours.header != null && ours.header.version() == 1 && ours.header.transport() == Transport.TCP6
						&& new String(input, 0, ours.size, StandardCharsets.US_ASCII).contains(".")
						&& !netty.isHeader();
			}
		},

		/** Netty parses ports with the JDK, which takes leading zeros and signs. */
		LENIENT_PORT {
			@Override
			boolean explains(byte[] input, Result ours, Result netty) {
				return refusedFor(ours, netty, "a port is a number ");
			}
		},

		/**
		 * Netty takes leading zeros in an IPv4 address, and a zone in an IPv6 address.
		 */
		LENIENT_ADDRESS {
			@Override
			boolean explains(byte[] input, Result ours, Result netty) {
				return refusedFor(ours, netty, "no address of TCP[46] ", "the address of TCP[46] ");
			}
		},

		/** Netty compares the protocol only as far as it is written, or not its case. */
		LENIENT_PROTOCOL {
			@Override
			boolean explains(byte[] input, Result ours, Result netty) {
				return refusedFor(ours, netty, "the protocol is TCP4, ", "a blank or the end of the line ",
						"a line feed follows ");
			}
		},

		/** Netty takes lines of 108 bytes; the specification has 107. */
		LONG_LINE {
			@Override
			boolean explains(byte[] input, Result ours, Result netty) {
				return refusedFor(ours, netty, "a line of version 1 ends ");
			}
		},

		/**
		 * Netty ignores additions that do not fill their block, and does not count them.
		 */
		LENIENT_ADDITION {
			@Override
			boolean explains(byte[] input, Result ours, Result netty) {
				return refusedFor(ours, netty, "the length leaves ", "it leaves ", "the addition 0x\\w\\w (has|does) ",
						"the addition SSL ", "a unique id ", "a checksum has ", "the header has a checksum ");
			}
		},

		/** Netty does not look at the encoding of texts. */
		TEXT_THAT_IS_NONE {
			@Override
			boolean explains(byte[] input, Result ours, Result netty) {
				return refusedFor(ours, netty, "the addition 0x\\w\\w is a text in ");
			}
		},

		/** Netty does not verify the checksum, which the specification demands. */
		WRONG_CHECKSUM {
			@Override
			boolean explains(byte[] input, Result ours, Result netty) {
				return refusedFor(ours, netty, "the CRC32C is said to be ");
			}
		};

		/** Return whether Netty takes what we refuse for one of these rules. */
		private static boolean refusedFor(Result ours, Result netty, String... rules) {
			String refusal = ours.refusal;
			return netty.isHeader() && refusal != null && Stream.of(rules)
				.anyMatch((rule) -> refusal.matches("Byte \\d+ of the PROXY header is 0x\\w\\w: " + rule + ".*"));
		}

		abstract boolean explains(byte[] input, Result ours, Result netty);

		static Set<Difference> of(byte[] input, Result ours, Result netty) {
			Set<Difference> differences = EnumSet.allOf(Difference.class);
			differences.removeIf((difference) -> !difference.explains(input, ours, netty));
			return differences;
		}

	}

}
