package io.tcpecho.settings;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

import com.sun.management.HotSpotDiagnosticMXBean;

/**
 * The limits of the process that only large numbers of loops and threads come near.
 *
 * @param directMemoryInBytes the memory of buffers outside the heap
 * @param maxThreads threads, {@link Long#MAX_VALUE} if no limit is known
 */
record ProcessCapacity(long directMemoryInBytes, long maxThreads) {

	private static final Path PIDS_MAX = Path.of("/sys/fs/cgroup/pids.max");

	/** Return the limits of this process. */
	static ProcessCapacity current() {
		return new ProcessCapacity(readDirectMemory(), readMaxThreads());
	}

	private static long readDirectMemory() {
		try {
			HotSpotDiagnosticMXBean runtime = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
			long configured = Long.parseLong(runtime.getVMOption("MaxDirectMemorySize").getValue());
			return (configured > 0) ? configured : Runtime.getRuntime().maxMemory();
		}
		catch (RuntimeException ex) {
			return Runtime.getRuntime().maxMemory();
		}
	}

	private static long readMaxThreads() {
		try {
			String limit = Files.readString(PIDS_MAX).strip();
			return limit.matches("\\d{1,18}") ? Long.parseLong(limit) : Long.MAX_VALUE;
		}
		catch (IOException ex) {
			return Long.MAX_VALUE;
		}
	}

}
