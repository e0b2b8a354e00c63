// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A pod at one version, stored as JSON text in parts: versions share the parts that stay the same.
 *
 * @param identity name, namespace and uid, as members of {@code metadata}
 * @param about the rest of {@code metadata}, from {@code creationTimestamp} on
 * @param deletion the members of {@code metadata} that describe a deletion; empty, or ends with a
 *     comma
 */
record StoredPod(
    String namespace,
    String name,
    long version,
    Map<String, String> labels,
    String phase,
    String node,
    String identity,
    String deletion,
    String about,
    String managedFields,
    String spec,
    String status) {
  /** The representation that a client requests. */
  enum Form {
    WHOLE("\"kind\":\"Pod\",\"apiVersion\":\"v1\","),
    METADATA("\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",");

    final String kind;

    Form(String kind) {
      this.kind = kind;
    }
  }

  private static final List<String> GIVEN = List.of("labels", "annotations", "ownerReferences");

  /** A pod as an API server creates it: it ignores the status in the manifest. */
  static StoredPod created(String namespace, JsonObject manifest, long version) {
    JsonObject metadata = manifest.getAsJsonObject("metadata");
    String name = metadata.get("name").getAsString();
    String time = PodStatuses.time(Instant.now());
    JsonObject identity = new JsonObject();
    identity.addProperty("name", name);
    identity.addProperty("namespace", namespace);
    identity.addProperty("uid", UUID.randomUUID().toString());
    JsonObject about = new JsonObject();
    about.addProperty("creationTimestamp", time);
    for (String each : GIVEN) {
      if (metadata.has(each)) {
        about.add(each, metadata.get(each));
      }
    }
    Map<String, String> labels = new LinkedHashMap<>();
    if (metadata.has("labels")) {
      metadata.getAsJsonObject("labels").asMap().forEach((k, v) -> labels.put(k, v.getAsString()));
    }
    JsonObject spec = manifest.getAsJsonObject("spec").deepCopy();
    if (!spec.has("nodeName")) {
      spec.addProperty("nodeName", "node-1");
    }
    spec.addProperty("terminationGracePeriodSeconds", 30);
    spec.addProperty("dnsPolicy", "ClusterFirst");
    spec.addProperty("schedulerName", "default-scheduler");
    spec.addProperty("enableServiceLinks", true);
    return new StoredPod(
        namespace,
        name,
        version,
        labels,
        "Pending",
        spec.get("nodeName").getAsString(),
        members(identity),
        "",
        members(about),
        ManagedFields.of(manifest, time),
        spec.toString(),
        "{\"phase\":\"Pending\",\"qosClass\":\"Burstable\"}");
  }

  /** The same pod at another version. */
  StoredPod at(long newVersion) {
    return new StoredPod(
        namespace,
        name,
        newVersion,
        labels,
        phase,
        node,
        identity,
        deletion,
        about,
        managedFields,
        spec,
        status);
  }

  /** The same pod with an equal text of managed fields that other pods share. */
  StoredPod sharing(String sameManagedFields) {
    return new StoredPod(
        namespace,
        name,
        version,
        labels,
        phase,
        node,
        identity,
        deletion,
        about,
        sameManagedFields,
        spec,
        status);
  }

  /** The same pod with this merged into its status. */
  StoredPod with(JsonObject patch, long newVersion) {
    JsonObject merged = JsonParser.parseString(status).getAsJsonObject();
    MergePatch.apply(patch, merged);
    return new StoredPod(
        namespace,
        name,
        newVersion,
        labels,
        merged.has("phase") ? merged.get("phase").getAsString() : "",
        node,
        identity,
        deletion,
        about,
        managedFields,
        spec,
        merged.toString());
  }

  /** The same pod, marked for deletion at this time. */
  StoredPod deletedAt(Instant time, int grace, long newVersion) {
    String marks =
        "\"deletionTimestamp\":\"%s\",\"deletionGracePeriodSeconds\":%d,"
            .formatted(PodStatuses.time(time), grace);
    return new StoredPod(
        namespace,
        name,
        newVersion,
        labels,
        phase,
        node,
        identity,
        marks,
        about,
        managedFields,
        spec,
        status);
  }

  /** The approximate number of characters as JSON. */
  int length(Form form) {
    int metadata = identity.length() + about.length() + managedFields.length() + 60;
    return form == Form.METADATA ? metadata : metadata + spec.length() + status.length();
  }

  /** Writes the pod as JSON, after the members that contain its kind. */
  void write(Writer out, Form form, String kind) throws IOException {
    out.append('{').append(kind).append("\"metadata\":{").append(identity);
    out.append(",\"resourceVersion\":\"").append(Long.toString(version)).append("\",");
    out.append(deletion).append(about);
    out.append(",\"managedFields\":").append(managedFields).append('}');
    if (form == Form.WHOLE) {
      out.append(",\"spec\":").append(spec).append(",\"status\":").append(status);
    }
    out.append('}');
  }

  /** The whole pod. */
  JsonObject toJson() {
    StringWriter text = new StringWriter(length(Form.WHOLE));
    try {
      write(text, Form.WHOLE, Form.WHOLE.kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return JsonParser.parseString(text.toString()).getAsJsonObject();
  }

  private static String members(JsonObject object) {
    String text = object.toString();
    return text.substring(1, text.length() - 1);
  }
}
