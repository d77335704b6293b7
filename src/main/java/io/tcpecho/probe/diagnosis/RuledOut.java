package io.tcpecho.probe.diagnosis;

/**
 * A cause that the evidence excludes.
 *
 * @param kind what it is
 * @param reason what in the evidence excludes it
 */
public record RuledOut(Kind kind, String reason) {

}
