package io.tcpecho.lab;

import org.jspecify.annotations.Nullable;

/**
 * What the monitor of this server sees, for clients of a lab that ask for it: other
 * replicas. Any thread may call it, and it does not block.
 */
@FunctionalInterface
public interface LabRows {

	/** There is no monitor. */
	LabRows NONE = () -> null;

	/** Return it as one line of JSON; null if nothing may be told. */
	@Nullable String json();

}
