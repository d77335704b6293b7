/**
 * The documents held to the code: what is generated from it, what they name, where their
 * links lead.
 */
@NullMarked
package io.tcpecho.docs;

import org.jspecify.annotations.NullMarked;
