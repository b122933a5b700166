package dev.tunedrop.trainer.kill;

/// A place in the program.
///
/// @param type class name after `dev.tunedrop.`
/// @param call for [When#BEFORE_CALL] and [When#AFTER_CALL]: `Owner.method`, the owner by its simple name
/// @param within counts only while this `Class.method` is on the stack; empty: always
record Place(String type, String method, When when, String call, String within) {

    enum When {
        ENTRY,
        EXIT,
        BEFORE_CALL,
        AFTER_CALL,
        /// On entry to a method of a channel and a buffer, after half of the buffer was written.
        HALF_WRITTEN
    }

    static Place entry(String type, String method) {
        return new Place(type, method, When.ENTRY, "", "");
    }

    static Place exit(String type, String method) {
        return new Place(type, method, When.EXIT, "", "");
    }

    static Place before(String type, String method, String call) {
        return new Place(type, method, When.BEFORE_CALL, call, "");
    }

    static Place after(String type, String method, String call) {
        return new Place(type, method, When.AFTER_CALL, call, "");
    }

    static Place halfWritten() {
        return new Place("events.artefact.AtomicFile", "writeFully", When.HALF_WRITTEN, "", "");
    }

    Place within(String frame) {
        return new Place(type, method, when, call, frame);
    }

    String className() {
        return "dev.tunedrop." + type;
    }

    boolean isCall(String owner, String name) {
        return call.equals(owner.substring(owner.lastIndexOf('/') + 1) + "." + name);
    }
}
