package io.tcpecho.settings;

import java.lang.management.ManagementFactory;

import com.sun.management.UnixOperatingSystemMXBean;

/**
 * The limits of the process, against which the configuration is checked.
 *
 * @param maxDescriptors open files and sockets
 * @param maxHeap bytes of heap
 * @param javaVersion the feature release of the Java runtime
 */
record ProcessLimits(long maxDescriptors, long maxHeap, int javaVersion) {

	ProcessLimits {
		// Without this, an unlimited number (Long.MAX_VALUE) would overflow when it is
		// multiplied.
		maxDescriptors = Math.min(maxDescriptors, Long.MAX_VALUE / 10);
	}

	/** The number of descriptors to assume where the system does not report it. */
	private static final long USUAL_MAX_DESCRIPTORS = 1024;

	/** Return the limits of this process. */
	static ProcessLimits current() {
		long maxDescriptors = (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)
				? system.getMaxFileDescriptorCount() : USUAL_MAX_DESCRIPTORS;
		return new ProcessLimits(maxDescriptors, Runtime.getRuntime().maxMemory(), Runtime.version().feature());
	}

}
