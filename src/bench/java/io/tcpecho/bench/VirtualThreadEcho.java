package io.tcpecho.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An echo server of blocking sockets, with a virtual thread for each connection:
 * {@code VirtualThreadEcho PORT eof|line}. It needs Java 21; since it is compiled for 17,
 * it looks its threads up by name.
 */
final class VirtualThreadEcho {

	private static final int BACKLOG = 1024;

	private static final int FIRST_BUFFER_BYTES = 1024;

	public static void main(String[] args) throws IOException, ReflectiveOperationException {
		int port = Integer.parseInt(args[0]);
		boolean byLine = args[1].equals("line");
		ExecutorService threads = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor")
			.invoke(null);
		try (ServerSocket server = new ServerSocket(port, BACKLOG)) {
			System.out.println("VirtualThreadEcho listens on port " + port);
			while (true) {
				Socket socket = server.accept();
				threads.execute(() -> serve(socket, byLine));
			}
		}
	}

	private static void serve(Socket socket, boolean byLine) {
		try (socket) {
			if (byLine) {
				socket.setTcpNoDelay(true);
				echoLines(socket.getInputStream(), socket.getOutputStream());
			}
			else {
				socket.getOutputStream().write(socket.getInputStream().readAllBytes());
			}
		}
		catch (IOException ex) {
			// The client has gone.
		}
	}

	/** Echo all the lines of one read together. */
	private static void echoLines(InputStream in, OutputStream out) throws IOException {
		byte[] buffer = new byte[FIRST_BUFFER_BYTES];
		int length = 0;
		int count;
		while ((count = in.read(buffer, length, buffer.length - length)) > 0) {
			int end = length + count;
			int behindLines = end;
			while (behindLines > length && buffer[behindLines - 1] != '\n') {
				behindLines--;
			}
			if (behindLines > length) {
				out.write(buffer, 0, behindLines);
				System.arraycopy(buffer, behindLines, buffer, 0, end - behindLines);
				length = end - behindLines;
			}
			else {
				length = end;
			}
			if (length == buffer.length) {
				buffer = Arrays.copyOf(buffer, 2 * length);
			}
		}
	}

}
