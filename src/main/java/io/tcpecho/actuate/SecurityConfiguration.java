package io.tcpecho.actuate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Pattern;

import io.tcpecho.console.ConsoleFilter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.security.autoconfigure.SecurityProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * The access rules of the management endpoints: every client may read the endpoints that
 * {@code tcp-echo.management.public-endpoints} names, and all other requests need the
 * role OPERATOR.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@ConditionalOnWebApplication(type = Type.SERVLET)
class SecurityConfiguration {

	static final String OPERATOR = "OPERATOR";

	private static final Log logger = LogFactory.getLog(SecurityConfiguration.class);

	/** A password with a prefix that names its encoding, as in {@code {bcrypt}...}. */
	private static final Pattern ENCODED = Pattern.compile("^\\{[^{}]+}.*$");

	@Bean
	SecurityFilterChain managementFilterChain(HttpSecurity http, ManagementProperties management,
			SecurityProperties properties, WebEndpointProperties endpoints, Environment environment, Refusals refusals,
			ConsoleSwitch console) {
		boolean operatorExists = !properties.getUser().isPasswordGenerated();
		if (!operatorExists && !management.unprotected()) {
			logger.info("No operator is configured (spring.security.user.password): "
					+ "management answers reads of the public endpoints only");
		}
		http.addFilterAfter(new WriteRequestFilter(management.unprotected(), refusals),
				SecurityContextHolderFilter.class);
		// These two come after the filter that adds the headers of every response.
		RequestMatcher ofManagement = new ManagementRequests(
				ManagementPortType.get(environment) == ManagementPortType.DIFFERENT);
		http.addFilterAfter(new ConsoleFilter(console::isOn, ofManagement), HeaderWriterFilter.class);
		if (!List.of("", "/").contains(endpoints.getBasePath())) {
			http.addFilterAfter(new HomePage(endpoints.getBasePath(), ofManagement, console::isOn),
					HeaderWriterFilter.class);
		}
		http.authorizeHttpRequests((requests) -> {
			if (management.unprotected()) {
				requests.anyRequest().permitAll();
				return;
			}
			if (!management.publicEndpoints().isEmpty()) {
				String[] names = management.publicEndpoints().toArray(String[]::new);
				requests.requestMatchers(reading(EndpointRequest.to(names))).permitAll();
				requests.requestMatchers(reading(EndpointRequest.toLinks())).permitAll();
			}
			requests.anyRequest().hasRole(OPERATOR);
		});
		Denial denial = new Denial(operatorExists, refusals);
		http.httpBasic((basic) -> basic.authenticationEntryPoint(denial));
		http.exceptionHandling((denied) -> denied.authenticationEntryPoint(denial).accessDeniedHandler(denial));
		http.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
		http.headers((headers) -> {
			headers.contentSecurityPolicy(
					(policy) -> policy.policyDirectives("default-src 'none'; frame-ancestors 'none'"));
			headers.referrerPolicy((policy) -> policy.policy(ReferrerPolicy.NO_REFERRER));
		});
		// WriteRequestFilter takes the place of the CSRF token, which no API client has.
		http.csrf(AbstractHttpConfigurer::disable);
		http.requestCache(AbstractHttpConfigurer::disable);
		http.logout(AbstractHttpConfigurer::disable);
		return http.build();
	}

	private static RequestMatcher reading(RequestMatcher endpoint) {
		return new AndRequestMatcher(endpoint, (request) -> HttpMethod.GET.matches(request.getMethod())
				|| HttpMethod.HEAD.matches(request.getMethod()));
	}

	/**
	 * Compare a plain password as it is. Spring Security would hash it, and each login,
	 * also one with a wrong password, would then take a tenth of a second of processor
	 * time that the echo needs.
	 */
	@Bean
	PasswordEncoder operatorPasswords(SecurityProperties properties) {
		return ENCODED.matcher(properties.getUser().getPassword()).matches()
				? PasswordEncoderFactories.createDelegatingPasswordEncoder() : new PlainPasswordEncoder();
	}

	/**
	 * Return the one operator, or none if no password is configured: none is ever
	 * generated.
	 */
	@Bean
	UserDetailsService operators(SecurityProperties properties) {
		SecurityProperties.User user = properties.getUser();
		if (user.isPasswordGenerated()) {
			return new InMemoryUserDetailsManager();
		}
		String password = user.getPassword();
		return new InMemoryUserDetailsManager(User.withUsername(user.getName())
			.password(password)
			.roles(user.getRoles().toArray(String[]::new))
			.build());
	}

	/** Compares passwords in constant time, which does not reveal how much is right. */
	private static final class PlainPasswordEncoder implements PasswordEncoder {

		@Override
		public String encode(CharSequence rawPassword) {
			return rawPassword.toString();
		}

		@Override
		public boolean matches(CharSequence rawPassword, String encodedPassword) {
			return MessageDigest.isEqual(rawPassword.toString().getBytes(StandardCharsets.UTF_8),
					encodedPassword.getBytes(StandardCharsets.UTF_8));
		}

	}

}
