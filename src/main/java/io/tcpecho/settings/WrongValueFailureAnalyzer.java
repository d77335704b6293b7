package io.tcpecho.settings;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Lists all problems of the configuration when a value did not have the type of its
 * property. It comes before Spring Boot's reports of the first such value.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class WrongValueFailureAnalyzer implements FailureAnalyzer {

	private final @Nullable BeanFactory beans;

	private final @Nullable Environment environment;

	/**
	 * Create an analyzer.
	 * @param beans null before there is a context
	 * @param environment null before there is a context
	 */
	WrongValueFailureAnalyzer(@Nullable BeanFactory beans, @Nullable Environment environment) {
		this.beans = beans;
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof BindException wrong) {
				return report(WrongValues.sentence(wrong.getName(), wrong.getProperty(),
						wrong.getTarget().getType().toClass(), wrong));
			}
			if (cause instanceof InvalidConfigurationPropertyValueException wrong) {
				return report(wrong.getName() + " is \"" + wrong.getValue() + "\": " + wrong.getReason());
			}
		}
		return null;
	}

	/** Return the report of all problems, or of one if the others cannot be found. */
	private FailureAnalysis report(String first) {
		List<String> problems = List.of();
		if (this.beans instanceof ConfigurableListableBeanFactory factory
				&& this.environment instanceof ConfigurableEnvironment configurable) {
			problems = new ConfigurationProblems(configurable, factory, ProcessLimits.current())
				.allDespiteWrongValues();
		}
		return ConfigurationRefusedFailureAnalyzer
			.report(new ConfigurationRefusedException(problems.isEmpty() ? List.of(first) : problems));
	}

}
