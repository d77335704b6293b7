package io.tcpecho.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.tcpecho.framing.FrameDecoder;
import io.tcpecho.framing.FrameSerializer;
import io.tcpecho.framing.Framing;
import io.tcpecho.payload.Payload;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The decoder of each framing: one message of 64 bytes that arrives in one piece, in a
 * direct buffer as a loop has it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecoderBenchmark {

	static final int MESSAGE_BYTES = 64;

	private static final int MAX_MESSAGE_BYTES = 5 * 1024;

	@Param
	private Framing framing;

	private FrameDecoder decoder;

	private ByteBuffer arrived;

	@Setup
	public void prepare() {
		this.decoder = this.framing.deserializer((this.framing == Framing.FIXED) ? MESSAGE_BYTES : MAX_MESSAGE_BYTES)
			.newDecoder();
		byte[] framed = framed(this.framing, MESSAGE_BYTES);
		this.arrived = ByteBuffer.allocateDirect(framed.length).put(framed).flip();
	}

	@Benchmark
	public Payload decode() throws IOException {
		if (!this.decoder.decode(this.arrived.rewind()) && !this.decoder.endOfStream()) {
			throw new IllegalStateException("The message is not complete");
		}
		return this.decoder.take();
	}

	/** Return a message as it is on the wire. */
	static byte[] framed(Framing framing, int size) {
		FrameSerializer serializer = framing.serializer();
		byte[] header = serializer.header(size);
		byte[] trailer = serializer.trailer();
		return ByteBuffer.allocate(header.length + size + trailer.length)
			.put(header)
			.put("x".repeat(size).getBytes(StandardCharsets.US_ASCII))
			.put(trailer)
			.array();
	}

}
