package io.tcpecho.settings;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplication.AbandonedRunException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A start of the application that ends when all of its parts are made and checked, before
 * any of them is started: it opens no port.
 */
public final class StartRehearsal {

	private StartRehearsal() {
	}

	/**
	 * Return whether the application would start. If not, the report of the failure has
	 * been logged.
	 * @param application the class of the application
	 * @param properties its arguments
	 */
	public static boolean succeeds(Class<?> application, String... properties) {
		SpringApplication rehearsal = new SpringApplication(application);
		rehearsal.setLogStartupInfo(false);
		rehearsal.setRegisterShutdownHook(false);
		rehearsal.addInitializers(StartRehearsal::abandonBeforeStart);
		try {
			rehearsal.run(properties).close();
			throw new IllegalStateException("The rehearsal was not abandoned");
		}
		catch (AbandonedRunException ex) {
			return true;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private static void abandonBeforeStart(ConfigurableApplicationContext context) {
		((GenericApplicationContext) context).registerBean("startRehearsal", SmartInitializingSingleton.class,
				() -> () -> {
					throw new AbandonedRunException(context);
				});
	}

}
