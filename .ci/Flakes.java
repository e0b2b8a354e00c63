import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Lists the tests that failed at first and passed at the second try, one line each: step, test, and the
 * first lines of the failure. Reads the reports of Surefire and Failsafe below a directory. Format:
 * surefire-test-report.xsd of Surefire 3, elements flakyFailure and flakyError.
 *
 * <p>Usage: {@code java .ci/Flakes.java <name of the step> <directory>}
 */
final class Flakes {

  public static void main(String[] args) throws Exception {
    for (Path report : reports(Path.of(args[1]))) {
      print(args[0], report);
    }
  }

  private static List<Path> reports(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
          .filter(file -> file.toString().matches(".*/target/(surefire|failsafe)-reports/.*"))
          .sorted()
          .toList();
    }
  }

  private static void print(String step, Path report) throws Exception {
    Document xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
    for (String kind : List.of("flakyFailure", "flakyError")) {
      NodeList flakes = xml.getElementsByTagName(kind);
      for (int i = 0; i < flakes.getLength(); i++) {
        Element flake = (Element) flakes.item(i);
        Element test = (Element) flake.getParentNode();
        System.out.printf(
            "%s: %s.%s: %s%n",
            step, test.getAttribute("classname"), test.getAttribute("name"), cause(flake));
      }
    }
  }

  private static String cause(Element flake) {
    String message = flake.getAttribute("message");
    String text = message.isBlank() ? flake.getAttribute("type") : message;
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).limit(3)
        .reduce((all, line) -> all + " " + line).orElse("no message");
  }
}
