package io.tcpecho.settings;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Reports a failure while Spring Boot read the configuration, if no other analyzer knows
 * it.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
class UnreadableFailureAnalyzer implements FailureAnalyzer {

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		if (failure instanceof Error || Stream.of(failure.getStackTrace())
			.noneMatch((call) -> call.getClassName()
				.equals(EnvironmentPostProcessorApplicationListener.class.getName()))) {
			return null;
		}
		String messages = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.map(Throwable::getMessage)
			.filter(Objects::nonNull)
			.distinct()
			.collect(Collectors.joining(": "));
		return ConfigurationRefusedFailureAnalyzer.report(new ConfigurationRefusedException(List.of(messages)));
	}

}
