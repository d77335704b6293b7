package io.tcpecho.testing;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/**
 * The compiled tests of this project, as ArchUnit sees them. They are read once in each
 * process, which takes seconds.
 */
public final class TestClasses {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.OnlyIncludeTests())
		.importPackages("io.tcpecho");

	private TestClasses() {
	}

	/** Return the classes of all packages. */
	public static JavaClasses all() {
		return CLASSES;
	}

}
