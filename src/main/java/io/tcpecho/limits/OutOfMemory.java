package io.tcpecho.limits;

import java.nio.charset.StandardCharsets;

/**
 * The reaction to exhausted memory: a line on standard error and the end of the process.
 * A server that has lost an unknown part of its work must not go on accepting.
 */
public final class OutOfMemory {

	/** The exit code after memory has run out, as after ExitOnOutOfMemoryError. */
	static final int EXIT_CODE = 3;

	/** Made at class initialisation: there may be no memory for it later. */
	private static final byte[] LINE = "tcp-echo: out of memory, the process ends with code 3\n"
		.getBytes(StandardCharsets.US_ASCII);

	private OutOfMemory() {
	}

	/** Load this class while there is memory for it. */
	public static void prepare() {
	}

	/** Return only if the failure is not, and was not caused by, an exhausted memory. */
	public static void exitIfCauseOf(Throwable failure) {
		int depth = 0;
		for (Throwable t = failure; t != null && depth < 16; t = t.getCause(), depth++) {
			if (t instanceof OutOfMemoryError) {
				try {
					System.err.write(LINE, 0, LINE.length);
					System.err.flush();
				}
				finally {
					Runtime.getRuntime().halt(EXIT_CODE);
				}
			}
		}
	}

}
