package dev.tunedrop.functions.provider.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.functions.provider.faults.FakeService;
import dev.tunedrop.functions.provider.faults.FaultyService.Asked;
import dev.tunedrop.functions.provider.faults.FaultyService.Said;

/// What a service of AWS's is like here: jobs by their names, and a request that AWS's own model of it does not allow
/// is
/// refused, and remembered in [#complaints()].
abstract class FakeAwsService implements FakeService {

    /// What a message of AWS's may quote and nobody may repeat.
    static final String HUSH = "the row 'hush' is bad";

    final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
    private final AwsModel model;
    private final List<String> complaints = new ArrayList<>();

    FakeAwsService(AwsModel model) {
        this.model = model;
    }

    /// What the service does with a good request.
    abstract Said answer(String operation, Asked asked);

    List<String> faults(String operation, Asked asked) {
        return model.check(operation, asked);
    }

    @Override
    public final synchronized Said answer(Asked asked) {
        String operation = operation(asked);
        List<String> faults = faults(operation, asked);
        return faults.isEmpty() ? answer(operation, asked) : complain(faults);
    }

    final Said complain(List<String> what) {
        complaints.addAll(what);
        return error(400, "ValidationException", HUSH);
    }

    static Said error(int status, String type, String message) {
        return new Said(status, "{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"}");
    }

    @Override
    public final synchronized List<String> jobIds() {
        return List.copyOf(jobs.keySet());
    }

    @Override
    public final synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }
}
