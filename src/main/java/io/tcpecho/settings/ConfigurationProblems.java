package io.tcpecho.settings;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The search for everything that is wrong with a configuration: values, keys, profiles,
 * limits and contradictions.
 */
final class ConfigurationProblems {

	private final ConfigurableEnvironment environment;

	private final ConfigurableListableBeanFactory beans;

	private final ProcessLimits limits;

	ConfigurationProblems(ConfigurableEnvironment environment, ConfigurableListableBeanFactory beans,
			ProcessLimits limits) {
		this.environment = environment;
		this.beans = beans;
		this.limits = limits;
	}

	/**
	 * Return the problems of properties whose values have their types, for the start of a
	 * server whose configuration is right: it does not look at keys outside
	 * {@code tcp-echo}.
	 */
	List<String> quickly(TcpEchoProperties properties) {
		List<String> problems = new ArrayList<>(unknown(types()));
		problems.addAll(new ConfigurationChecks(this.environment, new WrongValues(this.environment)).find(this.beans));
		problems.addAll(SettingsChecks.find(properties, this.limits));
		return problems;
	}

	/** Return every problem after a wrong value has ended the start. */
	List<String> allDespiteWrongValues() {
		WrongValues wrong = new WrongValues(this.environment);
		return all(new ConfigurationChecks(this.environment, wrong).findDespiteWrongValues(), wrong);
	}

	/**
	 * Return every problem, each a sentence with the place where its keys are set.
	 * @param known problems that are known already
	 */
	List<String> all(List<String> known) {
		return all(known, new WrongValues(this.environment));
	}

	private List<String> all(List<String> known, WrongValues wrong) {
		PropertyMetadata metadata = PropertyMetadata.read();
		TcpEchoProperties properties = wrong.bind(TcpEchoProperties.PREFIX, TcpEchoProperties.class);
		metadata.ownTypes().forEach((type) -> wrong.bind(KnownKeys.prefix(type), type));
		wrong.find(metadata);
		Set<String> problems = new LinkedHashSet<>(wrong.sentences());
		Origins origins = new Origins(this.environment);
		problems.addAll(unknown(metadata.ownTypes()));
		Stream.concat(known.stream(), SettingsChecks.find(properties, this.limits).stream())
			.filter((problem) -> !problems.contains(problem) && !wrong.concern(problem))
			.map(origins::appendedTo)
			.forEach(problems::add);
		return List.copyOf(problems);
	}

	private List<String> unknown(List<Class<?>> types) {
		List<String> problems = new ArrayList<>(new UnknownKeys(types).find(this.environment));
		problems.addAll(new UnknownProfiles(this.environment, this.beans).find());
		return problems;
	}

	/** Return the classes of properties that the context binds. */
	private List<Class<?>> types() {
		List<Class<?>> types = new ArrayList<>();
		for (String name : this.beans.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
			Class<?> type = this.beans.getType(name);
			if (type != null) {
				types.add(type);
			}
		}
		return types;
	}

}
