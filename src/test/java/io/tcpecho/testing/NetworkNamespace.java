package io.tcpecho.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A network namespace of Linux, as another machine would be: it has one link to this
 * machine, which tests break and narrow. Needs root and iproute2.
 *
 * <p>
 * Its name tells the process that made it, so that what a killed run has left is removed
 * by the next one. Its addresses are of 198.18.0.0/15, which is for tests (RFC 2544).
 */
public final class NetworkNamespace implements AutoCloseable {

	private static final String PREFIX = "tcp-echo-";

	private static final AtomicInteger numbers = new AtomicInteger();

	private final String name;

	/** The device on this machine, and the one inside. */
	private final String outer;

	private final String inner;

	private final String outerAddress;

	private final String innerAddress;

	private @Nullable Process relay;

	private NetworkNamespace() {
		Commands.requireRoot();
		Commands.require("ip", "iproute2");
		removeStale();
		long process = ProcessHandle.current().pid();
		int number = numbers.getAndIncrement();
		this.name = PREFIX + process + "-" + number;
		this.outer = "te" + process + "o" + number;
		this.inner = "te" + process + "i" + number;
		// Four addresses for each link; processes that run at the same time use others.
		long address = (process % 4096 * 8 + number % 8) * 4;
		String network = "198." + (18 + address / 65_536) + "." + address / 256 % 256 + ".";
		this.outerAddress = network + (address % 256 + 1);
		this.innerAddress = network + (address % 256 + 2);
		Commands.run("ip", "netns", "add", this.name);
	}

	/** Create a namespace with a cable to this machine. */
	public static NetworkNamespace connected() {
		NetworkNamespace namespace = new NetworkNamespace();
		try {
			Commands.run("ip", "link", "add", namespace.outer, "type", "veth", "peer", "name", namespace.inner, "netns",
					namespace.name);
			namespace.configure();
			return namespace;
		}
		catch (Throwable ex) {
			namespace.close();
			throw ex;
		}
	}

	/**
	 * Create a namespace with a cable to another one, which becomes a router between this
	 * machine and the new one.
	 */
	public static NetworkNamespace behindRouter(NetworkNamespace router) {
		NetworkNamespace namespace = new NetworkNamespace();
		try {
			router.run("ip", "link", "add", namespace.outer, "type", "veth", "peer", "name", namespace.inner, "netns",
					namespace.name);
			router.run("ip", "address", "add", namespace.outerAddress + "/30", "dev", namespace.outer);
			router.run("ip", "link", "set", namespace.outer, "up");
			namespace.configureInside();
			router.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
			namespace.run("ip", "route", "add", "default", "via", namespace.outerAddress);
			// It goes with the router's cable.
			Commands.run("ip", "route", "add", namespace.innerAddress + "/32", "via", router.innerAddress);
			return namespace;
		}
		catch (Throwable ex) {
			namespace.close();
			throw ex;
		}
	}

	/**
	 * Create a namespace behind a relay.
	 * @param relay the program, compiled from relay.c
	 * @param arguments what it is started with, before the names of its two devices
	 */
	public static NetworkNamespace behind(Path relay, Object... arguments) {
		NetworkNamespace namespace = new NetworkNamespace();
		try {
			List<String> command = new ArrayList<>(List.of(relay.toString()));
			for (Object argument : arguments) {
				command.add(argument.toString());
			}
			command.addAll(List.of(namespace.outer, namespace.inner));
			namespace.startRelay(command);
			Commands.run("ip", "link", "set", namespace.inner, "netns", namespace.name);
			namespace.configure();
			return namespace;
		}
		catch (Throwable ex) {
			namespace.close();
			throw ex;
		}
	}

	private void startRelay(List<String> command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			this.relay = process;
			BufferedReader output = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
			assertThat(output.readLine()).isEqualTo("ready");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void configure() {
		Commands.run("ip", "address", "add", this.outerAddress + "/30", "dev", this.outer);
		Commands.run("ip", "link", "set", this.outer, "up");
		configureInside();
	}

	private void configureInside() {
		run("ip", "address", "add", this.innerAddress + "/30", "dev", this.inner);
		run("ip", "link", "set", this.inner, "up");
		run("ip", "link", "set", "lo", "up");
	}

	/** Return the address inside. */
	public String address() {
		return this.innerAddress;
	}

	/** Return the device inside. */
	public String device() {
		return this.inner;
	}

	/** Return the device at the other end of its cable. */
	public String outerDevice() {
		return this.outer;
	}

	/** Return the address of this machine, as it is seen from inside. */
	public String outerAddress() {
		return this.outerAddress;
	}

	/** Return what to put before a command, so that it runs inside. */
	public List<String> enter() {
		return List.of("ip", "netns", "exec", this.name);
	}

	/** Run a command inside to its end, and return what it printed. */
	public String run(String... command) {
		List<String> inside = new ArrayList<>(enter());
		inside.addAll(List.of(command));
		return Commands.run(inside);
	}

	/** Add an address to the link that nothing answers for, not even with an error. */
	public void silentAddress(String address) {
		run("ip", "route", "add", address + "/32", "dev", this.inner);
		// It is known and belongs to no device, so ARP does not fail.
		run("ip", "neighbour", "add", address, "lladdr", "02:00:00:00:00:01", "dev", this.inner);
	}

	/** Pull the cable, at the end of this machine. */
	public void linkDown() {
		Commands.run("ip", "link", "set", this.outer, "down");
	}

	/** Plug it in again. */
	public void linkUp() {
		Commands.run("ip", "link", "set", this.outer, "up");
	}

	/** Let what is sent from inside to this machine disappear. */
	public void blackhole() {
		run("ip", "route", "add", "blackhole", this.outerAddress + "/32");
	}

	/** Let it arrive again. */
	public void endBlackhole() {
		run("ip", "route", "delete", "blackhole", this.outerAddress + "/32");
	}

	/** Ask, from both sides, for segments of at most so many bytes. */
	public void maxSegmentSize(int bytes) {
		Commands.run("ip", "route", "add", this.innerAddress + "/32", "dev", this.outer, "advmss", "" + bytes);
		run("ip", "route", "add", this.outerAddress + "/32", "dev", this.inner, "advmss", "" + bytes);
	}

	/** Let the link carry packets of at most so many bytes. */
	public void maxPacketSize(int bytes) {
		Commands.run("ip", "link", "set", this.outer, "mtu", "" + bytes);
		run("ip", "link", "set", this.inner, "mtu", "" + bytes);
	}

	/** Shape what both sides send, in the words of tc-qdisc. */
	public void shape(String... discipline) {
		List<String> command = new ArrayList<>(List.of("tc", "qdisc", "add", "dev", this.outer, "root"));
		command.addAll(List.of(discipline));
		Commands.run(command);
		command.set(4, this.inner);
		run(command.toArray(String[]::new));
	}

	/** Remove it, with what still runs inside. */
	@Override
	public void close() {
		if (this.relay != null) {
			this.relay.destroyForcibly();
		}
		remove(this.name);
	}

	private static void removeStale() {
		for (String line : Commands.run("ip", "netns", "list").split("\n")) {
			String name = line.split(" ")[0];
			if (name.matches(PREFIX + "\\d+-\\d+") && ProcessHandle.of(Long.parseLong(name.split("-")[2])).isEmpty()) {
				remove(name);
			}
		}
	}

	private static void remove(String name) {
		// Another process may be removing the same stale one.
		Commands.run("sh", "-c",
				"ip netns pids $0 | xargs -r kill -KILL; ip netns delete $0 || ! test -e /run/netns/$0", name);
	}

}
