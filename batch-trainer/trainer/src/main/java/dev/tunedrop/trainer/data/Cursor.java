package dev.tunedrop.trainer.data;

/// Where the data stands: all that a resumed run needs to go on with the very next sequence.
///
/// @param epoch counted from 0
/// @param window of the epoch, counted from 0
/// @param taken sequences of the window that were handed out
public record Cursor(long epoch, long window, long taken) {

    public static final Cursor START = new Cursor(0, 0, 0);

    public Cursor {
        if (epoch < 0 || window < 0 || taken < 0)
            throw new IllegalArgumentException(
                    "cursor must not be negative: %d, %d, %d".formatted(epoch, window, taken));
    }
}
