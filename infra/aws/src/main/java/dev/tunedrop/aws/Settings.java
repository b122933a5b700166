package dev.tunedrop.aws;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/// What is decided when the templates are written. Everything else is a parameter of the template ([Parameters]) and
/// can be changed by a deployment without the CDK.
///
/// @param name the stack's name, and the beginning of every name that must be known before it is made
/// @param functions the functions' package: a folder with `lib/*.jar`, or a zip of it
/// @param account twelve digits; absent: the template goes to any account
/// @param region absent: the template goes to any region
/// @param keepData whether removing the stack leaves buckets, ledger, key and images behind
/// @param zones how many availability zones the GPU fleet may use
/// @param logDays how long logs are kept; one of the numbers of days that CloudWatch knows
public record Settings(
        String name,
        Path functions,
        @Nullable String account,
        @Nullable String region,
        boolean keepData,
        int zones,
        int logDays) {

    public Settings {
        if (!name.matches("[a-z][a-z0-9-]{0,24}"))
            throw new IllegalArgumentException(
                    "name must be 1 to 25 lower-case letters, digits and hyphens and begin with a letter, was " + name);
        if (account != null && !account.matches("\\d{12}"))
            throw new IllegalArgumentException("account must be twelve digits, was " + account);
        if (region != null && !region.matches("[a-z]{2}(-[a-z]+)+-\\d"))
            throw new IllegalArgumentException("region must look like eu-central-1, was " + region);
        if (zones < 1 || zones > 3) throw new IllegalArgumentException("zones must be 1 to 3, was " + zones);
    }

    /// Keeps data, three zones, logs for 90 days, any account and region.
    public static Settings of(String name, Path functions) {
        return new Settings(name, functions, null, null, true, 3, 90);
    }

    public Settings in(@Nullable String newAccount, @Nullable String newRegion) {
        return new Settings(name, functions, newAccount, newRegion, keepData, zones, logDays);
    }

    public Settings keepingData(boolean keep) {
        return new Settings(name, functions, account, region, keep, zones, logDays);
    }
}
