package io.tcpecho.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An HTTP client of {@code /actuator}. Immutable; each request waits 20 seconds at most.
 */
public final class Management {

	/** The password that {@link #asOperator()} uses; the name is operator. */
	public static final String PASSWORD = "correct horse";

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final HttpClient client = HttpClient.newHttpClient();

	private final int port;

	private final String base;

	private final String[] headers;

	/** Create a client without credentials for a server on this machine. */
	public Management(int port) {
		this(port, "/actuator");
	}

	private Management(int port, String base, String... headers) {
		this.port = port;
		this.base = base;
		this.headers = headers;
	}

	/** Return the port of the server. */
	public int port() {
		return this.port;
	}

	/** Return a client whose paths are below another one than {@code /actuator}. */
	public Management at(String base) {
		return new Management(this.port, base, this.headers);
	}

	/** Return a client that logs in. */
	public Management asOperator() {
		return as("operator", PASSWORD);
	}

	/** Return a client that logs in with these credentials. */
	public Management as(String name, String password) {
		String credentials = Base64.getEncoder()
			.encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
		return with("Authorization", "Basic " + credentials);
	}

	/** Return a client that sends this header, too. */
	public Management with(String name, String value) {
		String[] more = new String[this.headers.length + 2];
		System.arraycopy(this.headers, 0, more, 0, this.headers.length);
		more[this.headers.length] = name;
		more[this.headers.length + 1] = value;
		return new Management(this.port, this.base, more);
	}

	/** Get a path below {@code /actuator}. */
	public Answer get(String path) {
		return send("GET", path, "");
	}

	/** Get a path as if the server had this name, and return the status line. */
	public String getAs(String host, String path) {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			socket.setSoTimeout((int) PATIENCE.toMillis());
			String request = "GET " + this.base + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
				.readLine();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Delete a path below {@code /actuator}. */
	public Answer delete(String path) {
		return send("DELETE", path, "");
	}

	/** Put JSON to a path below {@code /actuator}. */
	public Answer put(String path, String json) {
		return with("Content-Type", "application/json").send("PUT", path, json);
	}

	/** Post JSON to a path below {@code /actuator}. */
	public Answer post(String path, String json) {
		return with("Content-Type", "application/json").send("POST", path, json);
	}

	/** Send any request to a path below {@code /actuator}. */
	public Answer send(String method, String path, String body) {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + this.port + this.base + path))
			.timeout(PATIENCE)
			.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
		if (this.headers.length > 0) {
			request.headers(this.headers);
		}
		try {
			return new Answer(client.send(request.build(), BodyHandlers.ofString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A response.
	 */
	public record Answer(HttpResponse<String> response) {

		/** Return the HTTP status. */
		public int status() {
			return this.response.statusCode();
		}

		/** Return the body. */
		public String body() {
			return this.response.body();
		}

		/** Return the body, which must be JSON. */
		public JsonNode json() {
			return JsonMapper.shared().readTree(body());
		}

		/** Return a value of the JSON body as text, by its JSON pointer. */
		public String text(String pointer) {
			return json().at(pointer).asString();
		}

		/** Return a header, empty if it is missing. */
		public String header(String name) {
			return this.response.headers().firstValue(name).orElse("");
		}

	}

}
