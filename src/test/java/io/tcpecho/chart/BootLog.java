package io.tcpecho.chart;

import java.util.List;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * The log while a test starts the whole application in its own process: quiet, and not
 * set up anew, because a profile would turn the log of all later tests into JSON.
 */
final class BootLog {

	private static final List<String> LOGGERS = List.of("org.springframework", "org.apache", "io.tcpecho", "tcpecho");

	private BootLog() {
	}

	static void quiet() {
		LOGGERS.forEach((logger) -> loggingSystem().setLogLevel(logger, LogLevel.ERROR));
		System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
	}

	static void restore() {
		System.clearProperty(LoggingSystem.SYSTEM_PROPERTY);
		LOGGERS.forEach((logger) -> loggingSystem().setLogLevel(logger, null));
	}

	private static LoggingSystem loggingSystem() {
		return LoggingSystem.get(BootLog.class.getClassLoader());
	}

}
