package dev.tunedrop.functions.cloud.aws;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;

import dev.tunedrop.events.TunedropEvent;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.TransientFailure;
import dev.tunedrop.functions.cloud.Bus;

/// An event bus of EventBridge. PutEvents answers 200 for an entry it did not take, so the count is read.
final class EventBridgeBus implements Bus {

    private final EventBridgeClient eventBridge;
    private final String bus;

    EventBridgeBus(EventBridgeClient eventBridge, String bus) {
        this.eventBridge = eventBridge;
        this.bus = bus;
    }

    @Override
    public void publish(TunedropEvent event) {
        PutEventsRequest request = PutEventsRequest.builder()
                .entries(PutEventsRequestEntry.builder()
                        .eventBusName(bus)
                        .source(TunedropEvent.SOURCE)
                        .detailType(event.wireName())
                        .detail(Json.writeLine(event))
                        .time(event.at())
                        .build())
                .build();
        PutEventsResponse response = AwsCalls.call("bus " + bus, () -> eventBridge.putEvents(request));
        if (response.failedEntryCount() != null && response.failedEntryCount() > 0) {
            String code = response.entries().getFirst().errorCode();
            String message = "the bus " + bus + " did not take " + event.wireName() + ": " + code;
            throw new TransientFailure(message, new IllegalStateException(code));
        }
    }
}
