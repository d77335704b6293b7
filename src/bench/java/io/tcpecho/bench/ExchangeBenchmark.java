package io.tcpecho.bench;

import java.util.concurrent.TimeUnit;

import io.tcpecho.TcpEchoApplication;
import io.tcpecho.framing.Framing;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Whole exchanges through the application as it is, event loop, gateway and meters
 * included; only its sockets are memory. For framing eof, each comes on a connection of
 * its own; for line, all come on one that stays open, and at once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = "-Djava.nio.channels.spi.SelectorProvider=io.tcpecho.bench.MemoryNetwork")
public class ExchangeBenchmark {

	private static final int EXCHANGES = 1_000;

	private static final int PORT = 7007;

	@Param({ "eof", "line" })
	private String framing;

	private ConfigurableApplicationContext server;

	private MemoryNetwork.Connection keptOpen;

	private byte[] bytes;

	@Setup
	public void start() {
		boolean eof = this.framing.equals("eof");
		this.server = new SpringApplicationBuilder(TcpEchoApplication.class).web(WebApplicationType.NONE)
			.run("--tcp-echo.listeners.eof.enabled=" + eof, "--tcp-echo.listeners.line.enabled=" + !eof,
					"--tcp-echo.listeners." + this.framing + ".port=" + PORT,
					"--tcp-echo.listeners.line.timeouts.idle=10m", "--tcp-echo.listeners.line.timeouts.message=10m");
		byte[] message = DecoderBenchmark.framed(Framing.valueOf(this.framing.toUpperCase()),
				DecoderBenchmark.MESSAGE_BYTES);
		if (eof) {
			this.bytes = message;
		}
		else {
			this.bytes = new byte[EXCHANGES * message.length];
			for (int i = 0; i < EXCHANGES; i++) {
				System.arraycopy(message, 0, this.bytes, i * message.length, message.length);
			}
			this.keptOpen = MemoryNetwork.connect(PORT, new byte[0], false);
		}
	}

	@Benchmark
	@OperationsPerInvocation(EXCHANGES)
	public void exchange() {
		if (this.keptOpen != null) {
			MemoryNetwork.expect(this.bytes.length);
			this.keptOpen.send(this.bytes);
		}
		else {
			MemoryNetwork.expect((long) EXCHANGES * this.bytes.length);
			for (int i = 0; i < EXCHANGES; i++) {
				MemoryNetwork.connect(PORT, this.bytes, true);
			}
		}
		MemoryNetwork.awaitReplies();
	}

	@TearDown
	public void stop() {
		this.server.close();
	}

}
