package io.tcpecho.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.tcpecho.framing.Framing;
import io.tcpecho.nio.ConnectionTimeouts;
import io.tcpecho.nio.ListenerOptions;
import io.tcpecho.nio.MemoryBudget;
import io.tcpecho.nio.NioServerConnection;
import io.tcpecho.nio.NioServerConnectionFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.integration.ip.tcp.connection.TcpMessageMapper;
import org.springframework.messaging.Message;

/**
 * Making the Spring message of a payload that has arrived, with the project's mapper and
 * with the stock one. The connection stays in service all the time: its executor never
 * runs the call.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MessageBenchmark {

	private static final Duration LONG = Duration.ofDays(1);

	@Param({ "tcp-echo", "stock" })
	private String mapper;

	private NioServerConnectionFactory factory;

	private Socket client;

	private NioServerConnection connection;

	private TcpMessageMapper messages;

	@Setup
	public void putAMessageInService() throws IOException {
		ConnectionTimeouts timeouts = new ConnectionTimeouts(LONG, LONG, LONG, LONG, 0);
		this.factory = new NioServerConnectionFactory(
				ListenerOptions.of("line", 0, timeouts, new MemoryBudget(1 << 20, LONG))
					.withFraming(Framing.LINE, DecoderBenchmark.MESSAGE_BYTES)
					.withServiceExecutor((call) -> {
					}, 1));
		this.factory.setBeanFactory(new DefaultListableBeanFactory());
		this.factory.setApplicationEventPublisher((event) -> {
		});
		this.factory.afterPropertiesSet();
		this.factory.start();
		this.factory.startAccepting();
		this.client = new Socket(InetAddress.getLoopbackAddress(), this.factory.getPort());
		this.client.getOutputStream().write(DecoderBenchmark.framed(Framing.LINE, DecoderBenchmark.MESSAGE_BYTES));
		while (this.factory.openConnections().noneMatch(MessageBenchmark::isInService)) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		}
		this.connection = (NioServerConnection) this.factory.openConnections().findFirst().orElseThrow();
		this.messages = this.mapper.equals("stock") ? new TcpMessageMapper() : this.connection.getMapper();
	}

	private static boolean isInService(Object connection) {
		return ((NioServerConnection) connection).getPayload() != null;
	}

	@TearDown
	public void close() throws IOException {
		this.client.close();
		this.factory.stop();
	}

	@Benchmark
	public Message<?> build() {
		return this.messages.toMessage(this.connection);
	}

}
