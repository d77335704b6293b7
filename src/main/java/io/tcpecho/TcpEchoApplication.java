package io.tcpecho;

import io.tcpecho.cli.CommandLineInterface;
import io.tcpecho.server.StartFailure;
import io.tcpecho.settings.StartRehearsal;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The application: starts the listeners of application.yml and the management endpoints,
 * or runs a command of the client, which needs no Spring context.
 */
@SpringBootApplication(proxyBeanMethods = false, exclude = AuditAutoConfiguration.class)
public class TcpEchoApplication {

	public static void main(String[] args) {
		if (CommandLineInterface.isServer(args)) {
			serve(CommandLineInterface.serverArguments(args));
		}
		else if (CommandLineInterface.isConfigurationCheck(args)) {
			System.exit(CommandLineInterface.checked(System.out,
					StartRehearsal.succeeds(TcpEchoApplication.class, CommandLineInterface.serverArguments(args))));
		}
		else {
			logWarningsOnly();
			System.exit(CommandLineInterface.run(System.out, System.err, args));
		}
	}

	private static void serve(String... args) {
		try {
			SpringApplication.run(TcpEchoApplication.class, args);
		}
		catch (RuntimeException ex) {
			if (!StartFailure.mayPass(ex)) {
				throw ex;
			}
			System.exit(StartFailure.EXIT_CODE);
		}
	}

	/** Send warnings to standard error, instead of starting a logging system. */
	private static void logWarningsOnly() {
		System.setProperty("org.apache.commons.logging.LogFactory", "org.apache.commons.logging.impl.LogFactoryImpl");
		System.setProperty("org.apache.commons.logging.Log", "org.apache.commons.logging.impl.SimpleLog");
		System.setProperty("org.apache.commons.logging.simplelog.defaultlog", "warn");
	}

}
