package io.tcpecho.lab;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.tcpecho.wire.Layered;
import io.tcpecho.wire.SocketWire;
import io.tcpecho.wire.Wire;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much of a loop's time one connection of a lab takes while it waits.
 */
class LabWireTurnTests {

	@Test
	void whileAClientSendsWithoutEndOneTurnDropsAtMost64Kilobytes() throws IOException {
		try (SocketChannel channel = SocketChannel.open()) {
			EndlessWire client = new EndlessWire(channel, "LAB size=0 wait=1s\n");
			Wire wire = new LabWire(client, host(), new LabLimits(Duration.ofHours(1), 1_000, 10),
					new SeenConnections(() -> 1));
			wire.read(ByteBuffer.allocate(100));
			for (int turn = 1; turn <= 3; turn++) {
				assertThat(wire.endOutput()).isFalse();
				assertThat(client.dropped).isEqualTo(turn * 64 * 1024);
			}
		}
	}

	/** Return a connection on a clock that stands still. */
	private static Wire.Host host() {
		return (Wire.Host) Proxy.newProxyInstance(Wire.Host.class.getClassLoader(), new Class<?>[] { Wire.Host.class },
				(proxy, method, arguments) -> method.getName().equals("now") ? 1L : null);
	}

	/** A client that sends a line, and then as many bytes as are read. */
	private static final class EndlessWire extends Layered {

		private final ByteBuffer line;

		private int dropped;

		EndlessWire(SocketChannel channel, String line) {
			super(new SocketWire(channel));
			this.line = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
		}

		@Override
		public int read(ByteBuffer target) throws IOException {
			if (this.line.hasRemaining()) {
				int count = this.line.remaining();
				target.put(this.line);
				return count;
			}
			if (this.dropped > 1_000_000) {
				throw new IOException("The turn has no end");
			}
			int count = target.remaining();
			target.position(target.limit());
			this.dropped += count;
			return count;
		}

	}

}
