package dev.tunedrop.events.run;

/// How a classifier does on rows that it was not trained on.
///
/// ```
/// share   = rows whose greatest logit is their label's / rows
/// macroF1 = the mean over labels of 2 TP / (2 TP + FP + FN)
/// ```
///
/// @param labels that the classifier tells apart
public record Accuracy(int labels, double share, double macroF1) {}
