package io.tcpecho.docs;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import io.tcpecho.testing.TestClasses;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.platform.commons.annotation.Testable;

/**
 * The tests that show what is promised: all of the packages {@code hostile} and
 * {@code soak}, and every other test that has a display name.
 */
final class TestCases {

	private static final Set<String> PACKAGES = Set.of("io.tcpecho.hostile", "io.tcpecho.soak");

	/** A number before the sentence. */
	private static final String NUMBER = "^([0-9]+(, [0-9]+)*: |case ?[0-9]+ )";

	private TestCases() {
	}

	/** Return all test cases, by class, and in the order in which the class has them. */
	static List<TestCase> all() {
		return TestClasses.all()
			.stream()
			.sorted(Comparator.comparing(JavaClass::getName))
			.flatMap((type) -> type.getMethods()
				.stream()
				.filter((method) -> method.isMetaAnnotatedWith(Testable.class))
				.filter((method) -> PACKAGES.contains(type.getPackageName())
						|| method.isAnnotatedWith(DisplayName.class))
				.sorted(Comparator.comparing((method) -> method.getSourceCodeLocation().getLineNumber()))
				.map(TestCases::testCase))
			.toList();
	}

	private static TestCase testCase(JavaMethod method) {
		String sentence = method.tryGetAnnotationOfType(DisplayName.class)
			.map(DisplayName::value)
			.orElseGet(() -> words(method.getName()))
			.replaceFirst(NUMBER, "");
		JavaClass type = method.getOwner();
		boolean slow = method.isAnnotatedWith(Tag.class) || type.isAnnotatedWith(Tag.class);
		return new TestCase(type, Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1), slow);
	}

	/** Return the words of a method's name. */
	private static String words(String name) {
		return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=[0-9])", " ")
			.toLowerCase(Locale.ROOT);
	}

	/**
	 * A test case.
	 *
	 * @param type where it is
	 * @param sentence what it shows
	 * @param slow whether only the profile {@code reliability} runs it
	 */
	record TestCase(JavaClass type, String sentence, boolean slow) {

		/** Return the file that has it, relative to the folder docs. */
		String file() {
			return "../src/test/java/" + this.type.getName().replace('.', '/') + ".java";
		}

	}

}
