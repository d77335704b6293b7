/**
 * {@link io.tcpecho.probe.diagnosis.Diagnosis}, which names the causes that the evidence
 * of a run leaves possible, the likeliest first. All of it is a pure function of the
 * results. May use the package {@code probe}.
 */
@NullMarked
package io.tcpecho.probe.diagnosis;

import org.jspecify.annotations.NullMarked;
