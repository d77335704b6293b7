package io.tcpecho.wire;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.testing.ClientExchange;
import io.tcpecho.testing.ScriptedLayer;
import io.tcpecho.testing.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bytes before the first byte, on a connection of a client.
 */
class PrefixWireTests {

	private static final byte[] PREFIX = bytes("PREFIX ");

	private final AtomicInteger asked = new AtomicInteger();

	private final Supplier<byte[]> prefix = () -> {
		this.asked.incrementAndGet();
		return PREFIX;
	};

	private EventLoop loop;

	@BeforeEach
	void startLoop() throws IOException {
		this.loop = EventLoop.start("prefix-tests", Duration.ofMillis(10));
	}

	@AfterEach
	void endLoop() throws InterruptedException {
		this.loop.stop();
		assertThat(this.loop.awaitEnd(Duration.ofSeconds(10))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "message" })
	void whenThereIsAPrefixItComesFirstAndOnce(String message) throws Exception {
		assertThat(exchange(List.of(PrefixWire.of(this.prefix)), message)).isEqualTo("PREFIX " + message);
		assertThat(this.asked).hasValue(1);
	}

	@Test
	void whenThePrefixIsEmptyNothingComesFirst() throws Exception {
		assertThat(exchange(List.of(PrefixWire.of(() -> new byte[0])), "message")).isEqualTo("message");
		assertThat(exchange(List.of(PrefixWire.split(() -> new byte[0])), "message")).isEqualTo("message");
	}

	@Test
	void whenThePrefixIsSplitTheWireBelowGetsItByteByByte() throws Exception {
		Queue<Integer> written = new ConcurrentLinkedQueue<>();
		Wire.Layer recording = (below, host) -> new Layered(below) {
			@Override
			public int write(ByteBuffer source) throws IOException {
				int count = super.write(source);
				written.add(count);
				return count;
			}
		};
		assertThat(exchange(List.of(recording, PrefixWire.split(this.prefix)), "message")).isEqualTo("PREFIX message");
		assertThat(written).containsExactly(1, 1, 1, 1, 1, 1, 1, "message".length());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whenTheLayerBelowKeepsBytesBackTheOrderIsKept(boolean split) throws Exception {
		Wire.Layer layer = split ? PrefixWire.split(this.prefix) : PrefixWire.of(this.prefix);
		assertThat(exchange(List.of(new ScriptedLayer().greets(bytes("below ")).keepsBack(1), layer), "message"))
			.isEqualTo("below PREFIX message");
	}

	private String exchange(List<Wire.Layer> layers, String message) throws Exception {
		CompletableFuture<String> came = new CompletableFuture<>();
		try (ScriptedServer server = ScriptedServer.running((socket) -> came.complete(read(socket)))) {
			this.loop.execute(() -> {
				try {
					new ClientExchange(bytes(message)).open(this.loop, server.port(), layers);
				}
				catch (IOException ex) {
					came.completeExceptionally(ex);
				}
			});
			return came.get(10, TimeUnit.SECONDS);
		}
	}

	private static String read(Socket socket) throws IOException {
		return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
