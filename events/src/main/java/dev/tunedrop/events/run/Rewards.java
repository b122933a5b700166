package dev.tunedrop.events.run;

/// What preference optimisation has achieved on some pairs, as means. The reward of an answer is beta times how much
/// more probable, in nats, the adapter makes it than the base does.
///
/// @param chosen reward of the preferred answers
/// @param rejected reward of the others
/// @param margin chosen less rejected
/// @param accuracy share of pairs whose preferred answer has the higher reward
public record Rewards(double chosen, double rejected, double margin, double accuracy) {}
