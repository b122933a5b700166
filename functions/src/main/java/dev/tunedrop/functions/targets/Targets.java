package dev.tunedrop.functions.targets;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.tunedrop.events.json.Json;

/// The targets and their rules, as of a day.
///
/// @param asOf when the rules were collected
/// @param staleAfterDays how long they may be relied on
public record Targets(LocalDate asOf, int staleAfterDays, List<Target> targets, List<Rule> rules) {

    /// Our own trainer.
    public static final String OWN = "tunedrop";

    public Targets {
        targets = List.copyOf(targets);
        rules = List.copyOf(rules);
        for (Rule rule : rules)
            for (String name : rule.targets())
                if (targets.stream().noneMatch(target -> target.name().equals(name)))
                    throw new IllegalArgumentException("the rule " + rule.id() + " names no target: " + name);
    }

    public static Targets load() {
        try (InputStream in = Objects.requireNonNull(Targets.class.getResourceAsStream("targets.json"))) {
            return Json.read(in.readAllBytes(), Targets.class, "targets.json");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read targets.json", e);
        }
    }

    public Optional<Target> find(String name) {
        return targets.stream().filter(target -> target.name().equals(name)).findFirst();
    }

    /// These targets only, in the file's order, with their rules.
    public Targets only(Collection<String> names) {
        return new Targets(
                asOf,
                staleAfterDays,
                targets.stream().filter(target -> names.contains(target.name())).toList(),
                rules.stream()
                        .map(rule -> new Rule(
                                rule.id(),
                                rule.targets().stream().filter(names::contains).toList(),
                                rule.kind(),
                                rule.effect(),
                                rule.limit(),
                                rule.key(),
                                rule.words(),
                                rule.message(),
                                rule.remedy(),
                                rule.source(),
                                rule.evidence(),
                                rule.asOf()))
                        .filter(rule -> !rule.targets().isEmpty())
                        .toList());
    }

    List<Rule> of(Target target) {
        return rules.stream()
                .filter(rule -> rule.targets().contains(target.name()))
                .toList();
    }

    List<Rule> of(Rule.Kind kind) {
        return rules.stream().filter(rule -> rule.kind() == kind).toList();
    }

    /// Every name, for messages that list the choice.
    public String names() {
        return targets.stream().map(Target::name).collect(Collectors.joining(", "));
    }

    public boolean stale(LocalDate today) {
        return asOf.plusDays(staleAfterDays).isBefore(today);
    }
}
