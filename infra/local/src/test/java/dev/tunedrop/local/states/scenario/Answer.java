package dev.tunedrop.local.states.scenario;

/// What one call of a function, or one job, comes to.
sealed interface Answer {

    /// It answers, in JSON in which ' stands for ".
    record Says(String json) implements Answer {}

    /// It throws: the call itself fails.
    record Throws(String error) implements Answer {}

    /// The call is taken, and what it stands for (a person, a service, a job) fails later.
    record Refuses(String error, String cause) implements Answer {
        Refuses(String error) {
            this(error, "by script");
        }
    }

    /// It never answers.
    record Silent() implements Answer {}

    static Answer says(String json) {
        return new Says(json);
    }
}
