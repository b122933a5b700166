package dev.tunedrop.endpoint.generate;

/// One turn of a conversation, as a client sent it.
public record Message(String role, String content) {

    @Override
    public String toString() {
        return "Message[" + role + ", " + content.length() + " characters]";
    }
}
