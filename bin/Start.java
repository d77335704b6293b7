import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts a server, waits for its first echo, lets it serve, and stops it: to measure the start, and to train a cache of
 * classes with real exchanges. Prints the milliseconds from the start of the process to the end of the first complete
 * echo.
 *
 * <pre>
 * java bin/Start.java RUNS EXCHANGES PORT MANAGEMENT_PORT COMMAND...
 * </pre>
 *
 * PORT is that of a listener of framing eof, MANAGEMENT_PORT is 0 if it is not to be asked. The server has to answer
 * each message with its bytes and FIN, and to end within two minutes of SIGTERM, in which
 * a training run writes its cache, with exit code 0 or 143.
 */
class Start {

	private static final long PATIENCE_IN_NANOS = TimeUnit.SECONDS.toNanos(120);

	private static final byte[] MESSAGE = "the first echo".getBytes(StandardCharsets.US_ASCII);

	public static void main(String[] args) throws Exception {
		if (args.length < 5) {
			System.err.println("usage: java bin/Start.java RUNS EXCHANGES PORT MANAGEMENT_PORT COMMAND...");
			System.exit(2);
		}
		int runs = Integer.parseInt(args[0]);
		long[] elapsed = new long[runs];
		long[] used = new long[runs];
		for (int run = 0; run < runs; run++) {
			long[] millis = run(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]),
					List.of(args).subList(4, args.length));
			elapsed[run] = millis[0];
			used[run] = millis[1];
			System.out.println("first echo after " + millis[0] + " ms, " + millis[1] + " ms of processor time");
		}
		Arrays.sort(elapsed);
		Arrays.sort(used);
		System.out.println("median of " + runs + ": " + elapsed[runs / 2] + " ms, from " + elapsed[0] + " to "
				+ elapsed[runs - 1] + "; processor time " + used[runs / 2] + " ms, from " + used[0] + " to "
				+ used[runs - 1]);
	}

	private static long[] run(int exchanges, int port, int managementPort, List<String> command) throws Exception {
		if (echoes(port)) {
			throw new IllegalStateException("port " + port + " is in use already");
		}
		long start = System.nanoTime();
		Path output = Files.createTempFile("tcp-echo-", ".log");
		Process server = new ProcessBuilder(command).redirectOutput(output.toFile())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		boolean well = false;
		try {
			while (!echoes(port)) {
				if (!server.isAlive()) {
					throw new IllegalStateException("no echo from port " + port + ": exit code " + server.exitValue()
							+ " of " + command);
				}
				if (System.nanoTime() - start > PATIENCE_IN_NANOS) {
					throw new IllegalStateException("no echo from port " + port + " within two minutes by " + command);
				}
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
			}
			long first = System.nanoTime() - start;
			Duration used = server.info().totalCpuDuration().orElse(Duration.ZERO);
			for (int i = 1; i < exchanges; i++) {
				if (!echoes(port)) {
					throw new IllegalStateException("exchange " + i + " failed");
				}
			}
			if (managementPort > 0 && exchanges > 1) {
				ask(managementPort, "health", "health/liveness", "health/readiness", "info", "prometheus");
			}
			well = true;
			return new long[] { TimeUnit.NANOSECONDS.toMillis(first), used.toMillis() };
		}
		finally {
			if (!well) {
				System.err.print(Files.readString(output));
			}
			Files.delete(output);
			server.destroy();
			if (!server.waitFor(120, TimeUnit.SECONDS)) {
				server.destroyForcibly().waitFor();
				throw new IllegalStateException("the server did not end on SIGTERM");
			}
			// A failure before has its own message.
			if (well && server.exitValue() != 0 && server.exitValue() != 143) {
				throw new IllegalStateException("the server ended with exit code " + server.exitValue());
			}
		}
	}

	/** Return whether a message came back complete and with FIN. */
	private static boolean echoes(int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write(MESSAGE);
			socket.shutdownOutput();
			try (InputStream input = socket.getInputStream()) {
				return Arrays.equals(input.readAllBytes(), MESSAGE);
			}
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Ask endpoints, whatever they answer. */
	private static void ask(int port, String... endpoints) throws Exception {
		HttpClient client = HttpClient.newHttpClient();
		for (String endpoint : endpoints) {
			URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/" + endpoint);
			client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
		}
	}

}
