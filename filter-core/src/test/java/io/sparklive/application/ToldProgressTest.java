package io.sparklive.application;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.address;
import static io.sparklive.application.SampleApplications.facts;
import static io.sparklive.application.SampleApplications.gone;
import static io.sparklive.application.SampleApplications.seen;
import static io.sparklive.application.SampleApplications.seenStarting;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How far drivers have told that they are, and how long that holds. */
class ToldProgressTest {
  private static final ApplicationId A = new ApplicationId("app-a");
  private static final ApplicationId B = new ApplicationId("app-b");
  private static final Witness HERE = new Witness("static", "here");
  private static final Witness THERE = new Witness("static", "there");
  private static final Instant LATER = STARTED.plusSeconds(60);
  private static final Progress PROGRESS = progress(7);

  private final ApplicationRegistry registry = new ApplicationRegistry();

  private static Progress progress(int job) {
    return new Progress(
        STARTED.plusSeconds(job),
        Optional.of(new Progress.Executors(2, 8, 30)),
        Optional.of(
            new Work(1, job, Work.Status.RUNNING, "sales", new Tasks(100, 40, 8, 1, 2, 10))));
  }

  private Optional<Progress> progress(ApplicationId id) {
    return registry.find(id).orElseThrow().progress();
  }

  private void told(Witness witness, ApplicationId id) {
    registry.apply(new Sighting.Progressed(witness, id, STARTED, PROGRESS));
  }

  private static Sighting.Seen startedAt(Instant started, String name) {
    return new Sighting.Seen(
        HERE, A, true, facts(name, started), Optional.of(address("here")), Optional.empty());
  }

  @Test
  void isNotKnownUntilTheDriverTells() {
    registry.apply(seen("here", "app-a"));
    registry.apply(seen("there", "app-b"));
    assertThat(progress(A)).isEmpty();
    assertThat(registry.all()).hasSize(2);

    told(HERE, A);

    assertThat(progress(A)).contains(PROGRESS);
    assertThat(registry.all()).contains(registry.find(A).orElseThrow());
    assertThat(progress(B)).isEmpty();
  }

  @Test
  void isTheLastThatWasTold() {
    registry.apply(seen("here", "app-a"));
    told(HERE, A);

    registry.apply(new Sighting.Progressed(HERE, A, STARTED, progress(8)));

    assertThat(progress(A)).contains(progress(8));
  }

  @Test
  void isNotTakenFromAnotherWitness() {
    registry.apply(seen("here", "app-a"));
    registry.apply(seen("there", "app-a"));

    told(THERE, A);

    assertThat(progress(A)).isEmpty();
  }

  @Test
  void isNotTakenFromADriverThatDoesNotAnswerYet() {
    registry.apply(seenStarting("here", "app-a"));

    told(HERE, A);

    assertThat(progress(A)).isEmpty();
  }

  @Test
  void isNotTakenOfWhatNobodyKnows() {
    told(HERE, B);

    assertThat(registry.all()).isEmpty();
  }

  @Test
  void isKeptWhileTheSameApplicationRuns() {
    registry.apply(seen("here", "app-a"));
    told(HERE, A);

    registry.apply(startedAt(STARTED, "renamed"));
    registry.apply(seenStarting("here", "app-a"));

    assertThat(progress(A)).contains(PROGRESS);
  }

  @Test
  void isKeptWhenTheDriverTellsItsSettings() {
    DriverSettings settings = new DriverSettings(true, AccessLists.EMPTY);
    registry.apply(seen("here", "app-a"));
    told(HERE, A);
    registry.apply(new Sighting.Told(HERE, A, STARTED, settings));
    assertThat(progress(A)).contains(PROGRESS);

    registry.apply(new Sighting.Progressed(HERE, A, STARTED, progress(8)));

    assertThat(registry.find(A).orElseThrow().settings()).contains(settings);
  }

  @Test
  void staysAsTheLastThatIsKnownAtTheEnd() {
    registry.apply(seen("here", "app-a"));
    told(HERE, A);
    registry.apply(gone("here", LATER));
    assertThat(progress(A)).contains(PROGRESS);

    registry.apply(new Sighting.Progressed(HERE, A, STARTED, progress(8)));

    assertThat(progress(A)).as("an answer that comes after the end").contains(PROGRESS);
  }

  @Test
  void isDroppedWhenTheIdStartsAnew() {
    registry.apply(seen("here", "app-a"));
    told(HERE, A);

    registry.apply(startedAt(LATER, "app-a"));

    assertThat(progress(A)).isEmpty();
  }

  @Test
  void isNotTakenFromTheRunBefore() {
    registry.apply(seen("here", "app-a"));
    registry.apply(startedAt(LATER, "app-a"));

    told(HERE, A);

    assertThat(progress(A)).isEmpty();
    registry.apply(new Sighting.Progressed(HERE, A, LATER, PROGRESS));
    assertThat(progress(A)).contains(PROGRESS);
  }

  @Test
  void isDroppedWhenTheIdComesBackAfterItsEnd() {
    registry.apply(seen("here", "app-a"));
    told(HERE, A);
    registry.apply(gone("here", LATER));

    registry.apply(seen("here", "app-a"));

    assertThat(progress(A)).isEmpty();
  }

  @Test
  void isDroppedWhenTheIdGoesToAnotherDriver() {
    registry.apply(seen("here", "app-a"));
    registry.apply(seen("there", "app-a"));
    told(HERE, A);

    registry.apply(gone("here", LATER));

    assertThat(registry.find(A).orElseThrow().witness()).isEqualTo(THERE);
    assertThat(progress(A)).isEmpty();
  }
}
