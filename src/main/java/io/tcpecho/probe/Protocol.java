package io.tcpecho.probe;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A protocol that the first bytes of a peer can show. Bytes are texts here: each is the
 * character of its number (ISO 8859-1).
 */
public enum Protocol {

	/** The PROXY protocol, version 1: a line of text before the bytes of the client. */
	PROXY_V1("a PROXY protocol header, version 1", "PROXY (TCP4|TCP6|UNKNOWN)[ \r]"),

	/** The PROXY protocol, version 2: its signature of 12 bytes. */
	PROXY_V2("a PROXY protocol header, version 2", "\r\n\r\n\0\r\nQUIT\n"),

	/** A TLS alert: a record of type 21 with a level and a description. */
	TLS_ALERT("a TLS alert", "\u0015\u0003[\0-\u0004]\0\u0002[\u0001\u0002]"),

	/** Another TLS record, of a handshake or of encrypted data. */
	TLS_RECORD("a TLS record", "[\u0014\u0016\u0017]\u0003[\0-\u0004][\0-\u0041]"),

	/** The status line of HTTP 1, or the first line of an HTTP error page. */
	HTTP("an answer of HTTP", "HTTP/\\d\\.\\d \\d\\d\\d|(?i:<!DOCTYPE html|<html)"),

	/** The frame SETTINGS, with which a server of HTTP/2 begins. */
	HTTP_2("a frame of HTTP/2", "\0\0[\0-\u0060]\u0004\0\0\0\0\0"),

	/** The identification of an SSH server. */
	SSH("the greeting of SSH", "SSH-\\d\\.\\d+-"),

	/** The greeting of a mail server. */
	SMTP("the greeting of SMTP", "(220|421|554)[ -][^\r\n]*(SMTP|smtp)"),

	/** The greeting of a file server. */
	FTP("the greeting of FTP", "(220|421|530)[ -][^\r\n]*(FTP|ftp)"),

	/** A greeting that a mail server or a file server may send. */
	SMTP_OR_FTP("the greeting of SMTP or FTP", "220[ -]"),

	/** The greeting of a POP3 server. */
	POP3("the greeting of POP3", "\\+OK[ \r]"),

	/** The greeting of an IMAP server. */
	IMAP("the greeting of IMAP", "\\* (OK|PREAUTH|BYE)[ \r]"),

	/** The greeting of a MySQL or MariaDB server. */
	MYSQL("the greeting of MySQL", "[^\0]\0\0\0(\n\\d+\\.\\d+|\u00ff..)"),

	/** An error of a Redis server. */
	REDIS("an error of Redis", "-(ERR|NOAUTH|DENIED|LOADING)[ \r]"),

	/** A message of another exchange, of this client or of another one. */
	OTHER_MESSAGE("the message of another exchange", "tcp-echo/[0-9a-f]{1,16}/\\d+ "),

	/** None of the others, or too few bytes to tell. */
	UNKNOWN("bytes of no known protocol", "(?!)");

	private static final int TLS_DESCRIPTION = 6;

	private final String title;

	private final Pattern beginning;

	Protocol(String title, String beginning) {
		this.title = title;
		this.beginning = Pattern.compile(beginning, Pattern.DOTALL);
	}

	/** Return what the first bytes of a peer show. */
	public static Protocol of(String bytes) {
		return Arrays.stream(values())
			.filter((protocol) -> protocol.beginning.matcher(bytes).lookingAt())
			.findFirst()
			.orElse(UNKNOWN);
	}

	/**
	 * Return what the bytes are, in a few words, such as "a TLS alert (protocol
	 * version)".
	 * @param bytes those that showed this protocol
	 */
	public String describe(String bytes) {
		if (this != TLS_ALERT || bytes.length() <= TLS_DESCRIPTION) {
			return this.title;
		}
		int number = bytes.charAt(TLS_DESCRIPTION);
		String name = switch (number) {
			case 0 -> "close notify";
			case 10 -> "unexpected message";
			case 20 -> "bad record MAC";
			case 22 -> "record overflow";
			case 40 -> "handshake failure";
			case 50 -> "decode error";
			case 70 -> "protocol version";
			case 80 -> "internal error";
			default -> "number " + number;
		};
		return this.title + " (" + name + ")";
	}

	/** Return whether it is one of the versions of the PROXY protocol. */
	public boolean isProxyHeader() {
		return this == PROXY_V1 || this == PROXY_V2;
	}

	/** Return whether it is TLS. */
	public boolean isTls() {
		return this == TLS_ALERT || this == TLS_RECORD;
	}

}
