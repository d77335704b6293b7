package io.tcpecho.monitor;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.Resolver;

/**
 * What the watches of a monitor share.
 *
 * @param loop the loop on which they run
 * @param exchanges makes their exchanges
 * @param resolver looks their names up
 * @param meters counts for them
 * @param own knows the addresses of this machine
 * @param clock returns the {@link System#nanoTime()} by which peers leave
 * @param seed tells the choice of this process from that of others
 */
record Watches(EventLoop loop, Exchanges exchanges, Resolver resolver, MonitorMeters meters, Predicate<InetAddress> own,
		LongSupplier clock, long seed) {

	boolean isOwn(InetAddress address) {
		return this.own.test(address);
	}

	long now() {
		return this.clock.getAsLong();
	}

	/** Return a number for an address that other processes do not have for it. */
	long hash(InetAddress address) {
		long mixed = (this.seed ^ Arrays.hashCode(address.getAddress())) * 0x9E3779B97F4A7C15L;
		return (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
	}

}
