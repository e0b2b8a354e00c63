package io.sparklive.proxy;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.concurrent.Semaphore;

/** Gives a request's place to the next when it is done, however that comes. */
final class Release implements AsyncListener {
  private final Semaphore places;

  Release(Semaphore places) {
    this.places = places;
  }

  @Override
  public void onComplete(AsyncEvent event) {
    places.release();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // It is completed after that.
  }

  @Override
  public void onError(AsyncEvent event) {
    // It is completed after that.
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // Nobody starts it again.
  }
}
