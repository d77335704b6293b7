package io.tcpecho;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The application: starts the listeners of application.yml and the management endpoints.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class TcpEchoApplication {

	public static void main(String[] args) {
		SpringApplication.run(TcpEchoApplication.class, args);
	}

}
