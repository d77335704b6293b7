package io.tcpecho.probe.diagnosis;

/**
 * What a peer's answer to other first bytes than a plain message shows. Immutable.
 *
 * @param kind the cause that these bytes were to prove
 * @param proven whether the answer proves it
 * @param reason what was sent and what came
 */
public record Answer(Kind kind, boolean proven, String reason) {

}
