package io.tcpecho.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * The nearest of several known words to one that was probably mistyped.
 */
public final class Spelling {

	private Spelling() {
	}

	/**
	 * Return the known word that takes the fewest changes of a word, the first of several
	 * such; empty if each takes more than about a third of its characters.
	 */
	public static Optional<String> nearest(String word, Collection<String> known) {
		int most = Math.max(1, Math.min(3, word.length() / 3));
		return known.stream()
			.filter((candidate) -> changes(word, candidate) <= most)
			.min(Comparator.comparingInt((candidate) -> changes(word, candidate)));
	}

	/**
	 * Return the edit distance of two texts: how many characters have to be inserted,
	 * removed, replaced or exchanged with their neighbour to turn one text into the
	 * other.
	 */
	public static int changes(String one, String other) {
		int[][] changes = new int[one.length() + 1][other.length() + 1];
		for (int i = 0; i <= one.length(); i++) {
			for (int j = 0; j <= other.length(); j++) {
				if (i == 0 || j == 0) {
					changes[i][j] = i + j;
					continue;
				}
				int replaced = changes[i - 1][j - 1] + ((one.charAt(i - 1) != other.charAt(j - 1)) ? 1 : 0);
				changes[i][j] = Math.min(replaced, 1 + Math.min(changes[i - 1][j], changes[i][j - 1]));
				if (i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2)
						&& one.charAt(i - 2) == other.charAt(j - 1)) {
					changes[i][j] = Math.min(changes[i][j], 1 + changes[i - 2][j - 2]);
				}
			}
		}
		return changes[one.length()][other.length()];
	}

}
