package io.tcpecho.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.text.Spelling;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * The keys below {@code tcp-echo}, as the records of properties declare them.
 *
 * <p>
 * A key is a list of elements without that root. Elements are compared in lower case and
 * without dashes and underscores, because Spring Boot's relaxed binding allows several
 * spellings.
 */
final class KnownKeys {

	/** Stands for the name of an entry in a map, such as that of a listener. */
	private static final String ANY = "NAME";

	/**
	 * The largest number of changed characters with which a known key is still suggested.
	 */
	private static final int MOST_CHANGES = 2;

	private final List<Key> keys = new ArrayList<>();

	/**
	 * Collect the keys.
	 * @param types classes of properties; those whose prefix is not below
	 * {@code tcp-echo} are ignored
	 */
	KnownKeys(Collection<Class<?>> types) {
		types.stream()
			.filter((type) -> type.isRecord() && type.isAnnotationPresent(ConfigurationProperties.class))
			.sorted(Comparator.comparing(KnownKeys::prefix))
			.forEach((type) -> {
				String prefix = prefix(type);
				if (prefix.equals(TcpEchoProperties.PREFIX)) {
					collect(type, List.of());
				}
				else if (prefix.startsWith(TcpEchoProperties.PREFIX + ".")) {
					collect(type, List.of(prefix.substring(TcpEchoProperties.PREFIX.length() + 1).split("\\.")));
				}
			});
	}

	/** Return the prefix of a class of properties. */
	static String prefix(Class<?> type) {
		return type.getAnnotation(ConfigurationProperties.class).prefix();
	}

	private void collect(Class<?> type, List<String> parent) {
		for (RecordComponent component : type.getRecordComponents()) {
			collect(component.getGenericType(), component.getType(), append(parent, dashed(component.getName())));
		}
	}

	private void collect(Type genericType, Class<?> type, List<String> path) {
		if (type.isRecord()) {
			collect(type, path);
		}
		else if (Map.class.isAssignableFrom(type) && genericType instanceof ParameterizedType map
				&& map.getActualTypeArguments()[1] instanceof Class<?> valueType) {
			collect(valueType, valueType, append(path, ANY));
		}
		else {
			this.keys.add(new Key(path, Collection.class.isAssignableFrom(type)));
		}
	}

	private static List<String> append(List<String> path, String element) {
		List<String> longer = new ArrayList<>(path);
		longer.add(element);
		return List.copyOf(longer);
	}

	private static String dashed(String camelCase) {
		return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	/** Return the elements of a key as a source spells them. */
	static List<String> elements(String key) {
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(key, '.');
		return Stream.iterate(0, (i) -> i < name.getNumberOfElements(), (i) -> i + 1)
			.map((i) -> name.getElement(i, Form.ORIGINAL))
			.toList();
	}

	/** Return an element without the differences that relaxed binding allows. */
	static String uniform(String element) {
		return element.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
	}

	/** Return whether a value may be set for a key. */
	boolean contains(List<String> key) {
		return this.keys.stream().anyMatch((known) -> known.matches(key));
	}

	/** Return whether known keys are below a key, which has no value of its own then. */
	boolean isParent(List<String> key) {
		return this.keys.stream()
			.anyMatch((known) -> known.path.size() > key.size()
					&& new Key(known.path.subList(0, key.size()), false).matches(key));
	}

	/** Return the first elements of all keys, in their documented spelling. */
	Set<String> firstElements() {
		return this.keys.stream().map((key) -> key.path.get(0)).collect(Collectors.toSet());
	}

	/** Return the key that an unknown one was probably meant to be. */
	Optional<List<String>> nearest(List<String> unknown) {
		return this.keys.stream()
			.map((key) -> key.named(unknown))
			.filter((key) -> distance(unknown, key) <= MOST_CHANGES)
			.min(Comparator.comparingInt((key) -> distance(unknown, key)));
	}

	/**
	 * Return how many changes of a character lead from one key to another. A key with the
	 * right first and last element counts as at most one change, and a last element alone
	 * as at most two.
	 */
	private static int distance(List<String> unknown, List<String> known) {
		int whole = Spelling.changes(joined(unknown), joined(known));
		boolean sameLast = uniform(last(unknown)).equals(uniform(last(known)));
		if (sameLast && unknown.size() == 1) {
			return Math.min(whole, 2);
		}
		boolean sameFirst = uniform(unknown.get(0)).equals(uniform(known.get(0)));
		return (sameLast && sameFirst) ? Math.min(whole, 1) : whole;
	}

	private static String last(List<String> key) {
		return key.get(key.size() - 1);
	}

	private static String joined(List<String> key) {
		return key.stream().map(KnownKeys::uniform).collect(Collectors.joining("."));
	}

	/**
	 * A key that is declared.
	 *
	 * @param path its elements, in their documented spelling
	 * @param list whether it has several values, so that an index may follow
	 */
	private record Key(List<String> path, boolean list) {

		boolean matches(List<String> key) {
			boolean indexed = this.list && key.size() == this.path.size() + 1 && last(key).matches("\\d+");
			if (!indexed && key.size() != this.path.size()) {
				return false;
			}
			for (int i = 0; i < this.path.size(); i++) {
				if (!this.path.get(i).equals(ANY) && !uniform(this.path.get(i)).equals(uniform(key.get(i)))) {
					return false;
				}
			}
			return true;
		}

		/** Return the path with the names of map entries taken from another key. */
		List<String> named(List<String> other) {
			List<String> named = new ArrayList<>(this.path);
			for (int i = 0; i < Math.min(named.size(), other.size()); i++) {
				if (named.get(i).equals(ANY)) {
					named.set(i, other.get(i));
				}
			}
			return named;
		}

	}

}
