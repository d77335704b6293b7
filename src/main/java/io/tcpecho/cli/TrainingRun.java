package io.tcpecho.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Runs commands for a Java runtime that records their classes in an archive, as the
 * launcher has it do. They meet no other process: the server is in this one, and nothing
 * is printed.
 */
final class TrainingRun {

	private TrainingRun() {
	}

	/**
	 * Run the commands.
	 * @param args none
	 * @throws IOException if no port of the loopback address can be listened on
	 */
	public static void main(String[] args) throws IOException {
		try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
			Thread echo = new Thread(() -> echo(server), "tcp-echo-training");
			echo.setDaemon(true);
			echo.start();
			String target = server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
			run("--version");
			run("probe", "--help");
			run("probe", "--count", "2", "--interval", "0", target);
			run("probe", "--count", "1", "--json", target);
			run("load", "--warmup", "0", "--duration", "200ms", "--connections", "1", "--rate", "50", target);
			run("explain", "REPLY_LOST");
		}
	}

	private static void run(String... args) {
		PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
		CommandLineInterface.run(nowhere, nowhere, args);
	}

	private static void echo(ServerSocket server) {
		while (!server.isClosed()) {
			try (Socket socket = server.accept()) {
				socket.getInputStream().transferTo(socket.getOutputStream());
			}
			catch (IOException ex) {
				// The port is closed, or the client has reset its connection.
			}
		}
	}

}
