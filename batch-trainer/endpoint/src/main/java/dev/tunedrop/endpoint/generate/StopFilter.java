package dev.tunedrop.endpoint.generate;

import java.util.List;

/// Ends an answer before the first stop text. Text that may yet become a stop text is held back until it is known.
final class StopFilter {

    private final List<String> stops;
    private String held = "";
    private boolean stopped;

    StopFilter(List<String> stops) {
        this.stops = stops;
    }

    /// The text that surely belongs to the answer.
    String accept(String text) {
        if (stopped) return "";
        held += text;
        int end = firstStop();
        if (end >= 0) {
            stopped = true;
            return release(end, held.length());
        }
        int safe = held.length() - longestOpening();
        return release(safe, safe);
    }

    boolean stopped() {
        return stopped;
    }

    /// What was held back, once no more text comes.
    String finish() {
        return stopped ? "" : release(held.length(), held.length());
    }

    private String release(int end, int next) {
        String text = held.substring(0, end);
        held = held.substring(next);
        return text;
    }

    private int firstStop() {
        int first = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) first = at;
        }
        return first;
    }

    /// Characters at the end of the held text that begin some stop text.
    private int longestOpening() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (stop.startsWith(held.substring(held.length() - length))) longest = length;
            }
        }
        return longest;
    }
}
