// The search in the lines that the page shows.

/** Whether a text has the words as they are, in upper or lower case. */
export function has(text, words) {
  return words !== "" && text.toLowerCase().includes(words.toLowerCase());
}

/**
 * The next match from a line on, in either direction; around the ends.
 *
 * @param matches numbers of lines in ascending order
 * @param current the number of a line, or -1 for none
 */
export function nextMatch(matches, current, forward) {
  if (matches.length === 0) return -1;
  if (forward) return matches.find((match) => match > current) ?? matches[0];
  return matches.findLast((match) => match < current && current >= 0) ?? matches.at(-1);
}

/** Such as `3 of 12`. */
export function position(matches, current) {
  if (matches.length === 0) return "no match";
  const index = matches.indexOf(current);
  return index < 0 ? `${matches.length} found` : `${index + 1} of ${matches.length}`;
}
