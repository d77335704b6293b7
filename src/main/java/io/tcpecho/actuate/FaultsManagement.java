package io.tcpecho.actuate;

import io.tcpecho.server.EchoListeners;
import io.tcpecho.settings.FaultsProperties;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.config.annotation.PathMatchConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The place of {@link FaultsController}: the server of management, below the path of its
 * endpoints. Spring Boot imports this class into the context of that server, which is the
 * application's own or that of a separate port.
 */
@ConditionalOnBooleanProperty("tcp-echo.faults.enabled")
class FaultsManagement {

	@Bean
	@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
	FaultsController separateFaultsController(EchoListeners listeners, FaultsProperties properties, Audit audit) {
		return new FaultsController(listeners, properties, audit);
	}

	/** Set the path, from which Spring Boot has taken a slash at the end. */
	@Bean
	static WebMvcConfigurer faultsPath(WebEndpointProperties endpoints) {
		return new WebMvcConfigurer() {

			@Override
			public void configurePathMatch(PathMatchConfigurer paths) {
				paths.addPathPrefix(endpoints.getBasePath(), FaultsController.class::equals);
			}

		};
	}

}
