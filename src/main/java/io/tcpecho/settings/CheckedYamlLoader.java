package io.tcpecho.settings;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.Resource;

/**
 * The loader of YAML files, which names the file and the line of an error. Spring Boot's
 * own, before which it comes, names neither.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class CheckedYamlLoader extends YamlPropertySourceLoader {

	@Override
	public List<PropertySource<?>> load(String name, Resource resource) throws IOException {
		try {
			List<PropertySource<?>> documents = super.load(name, resource);
			if (documents.stream().anyMatch(CheckedYamlLoader::isNoMap)) {
				throw new ConfigurationRefusedException(
						List.of(Origins.file(resource) + " has a document that is not made of keys and values"));
			}
			return documents;
		}
		catch (YAMLException ex) {
			throw new ConfigurationRefusedException(List.of(Origins.file(resource) + problem(ex)));
		}
	}

	/** Spring Boot gives a name of its own to what has no key. */
	private static boolean isNoMap(PropertySource<?> document) {
		return document instanceof EnumerablePropertySource<?> keys
				&& Arrays.stream(keys.getPropertyNames()).anyMatch((key) -> key.matches("document(\\[.*)?"));
	}

	private static String problem(YAMLException ex) {
		if (ex instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
			return ", line " + (marked.getProblemMark().getLine() + 1) + ", is no YAML: " + marked.getProblem();
		}
		return " is no YAML: " + ex.getMessage();
	}

}
