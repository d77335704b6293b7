package io.tcpecho.load;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;

/**
 * The source addresses of a load's connections. Not thread-safe.
 *
 * <p>
 * A port stays in use for a while after its connection (TIME_WAIT). From one address to
 * one server Linux has some 28,000 ephemeral ports, and on loopback it reuses each of
 * them at most once a second. It searches half of them first, one by one; this limits a
 * load to about 14,000 connections a second. So for connections to 127.0.0.0/8 the system
 * chooses address and port of only the first {@value #SYSTEMS_SHARE} in each second; the
 * others come from {@value #ADDRESSES} other addresses in turn. This class chooses their
 * ports too, because for a given address the system would choose no port in TIME_WAIT.
 */
final class SourceAddresses {

	private static final int SYSTEMS_SHARE = 1_000;

	private static final int ADDRESSES = 16;

	private static final long SECOND_IN_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** The range from which Linux takes ports by default. */
	private static final int FIRST_PORT = 32_768;

	private static final int LAST_PORT = 60_999;

	private final InetAddress[] addresses;

	private int address;

	/**
	 * The first port is random, so that two loads at once hardly ever choose the same
	 * ports.
	 */
	private int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);

	private long secondBegan = System.nanoTime();

	private int inSecond;

	private SourceAddresses(InetAddress[] addresses) {
		this.addresses = addresses;
	}

	/** Return the addresses for connections to a server. */
	static SourceAddresses towards(InetSocketAddress peer) {
		boolean loopback = peer.getAddress() instanceof Inet4Address && peer.getAddress().isLoopbackAddress();
		InetAddress[] addresses = new InetAddress[loopback ? ADDRESSES : 0];
		for (int i = 0; i < addresses.length; i++) {
			addresses[i] = SocketAddresses.ofBytes(new byte[] { 127, 0, 0, (byte) (i + 2) });
		}
		return new SourceAddresses(addresses);
	}

	/**
	 * Return the next address and port, or null where the system chooses.
	 * @param now the {@link System#nanoTime()}
	 */
	@Nullable InetSocketAddress next(long now) {
		if (now - this.secondBegan >= SECOND_IN_NANOS) {
			this.secondBegan = now;
			this.inSecond = 0;
		}
		if (this.addresses.length == 0 || this.inSecond++ < SYSTEMS_SHARE) {
			return null;
		}
		if (this.address == this.addresses.length) {
			this.address = 0;
			this.port = (this.port == LAST_PORT) ? FIRST_PORT : this.port + 1;
		}
		return new InetSocketAddress(this.addresses[this.address++], this.port);
	}

}
