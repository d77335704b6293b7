package io.tcpecho.actuate;

import java.net.InetAddress;

import io.tcpecho.guard.GuardedProtocol;
import io.tcpecho.guard.RequestBodyValve;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * The HTTP server of management, and the separate one that {@code management.server.port}
 * asks for: both have the guard and answer every error as a problem. Spring Boot imports
 * this class into the context of a separate server, which does not see the customizers of
 * the application.
 */
class ManagementServer {

	/** The address of a separate server; unset for loopback. */
	static final String ADDRESS = "management.server.address";

	/** Run after Spring Boot's customizers, which set the address and error pages. */
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> guardedServer(ApplicationContext context) {
		boolean separate = context.getParent() != null;
		return (factory) -> {
			factory.setProtocol(GuardedProtocol.class.getName());
			factory.addContextValves(new RequestBodyValve());
			factory.addContextCustomizers(ProblemValve::replaceReports);
			if (separate && context.getEnvironment().getProperty(ADDRESS) == null) {
				factory.setAddress(InetAddress.getLoopbackAddress());
			}
		};
	}

}
