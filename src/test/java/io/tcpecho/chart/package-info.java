/**
 * Tests of the Helm chart with Helm itself and the models of Kubernetes: what it makes of
 * values, what it refuses, and whether the server takes what it configures.
 */
@NullMarked
package io.tcpecho.chart;

import org.jspecify.annotations.NullMarked;
