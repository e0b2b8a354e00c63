package io.sparklive.proxy;

import io.sparklive.routing.Links;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream(2 * BUFFER);

  /** A page of which the first buffer is full. */
  @Benchmark
  public int intoPage() throws IOException {
    sent.reset();
    WayBack.write(page, 0, page.length, links, sent);
    return sent.size();
  }
}
