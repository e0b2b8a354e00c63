package io.sparklive.proxy;

import io.sparklive.routing.Links;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The link to the list, into the first part of a driver's page. */
@State(Scope.Benchmark)
public class WayBackBenchmark {
  private static final int BUFFER = 16 * 1024;

  private final Links links = new Links("", "/sparkui");
  private final byte[] page =
      ("<!DOCTYPE html><html>\n      <head>" + " ".repeat(BUFFER))
          .substring(0, BUFFER)
          .getBytes(StandardCharsets.US_ASCII);

  /** A page of which the first buffer is full. */
  @Benchmark
  public byte[] intoPage() {
    return WayBack.into(page, 0, page.length, links);
  }
}
