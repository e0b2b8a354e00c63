package io.sparklive.metrics;

/** What became of an answer of the History Server's list. */
public enum MergeResult {
  /** Something of ours was added. */
  ADDED,
  /** There was nothing to add. */
  NOTHING,
  /** What there is to add could not be told: the answer went out as it was. */
  FAILED
}
