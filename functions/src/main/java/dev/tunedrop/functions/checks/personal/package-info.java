/// Secrets and personal data in texts: which kinds, never what. Start at
/// [dev.tunedrop.functions.checks.personal.PersonalData]; the kinds are data (`personal-data.json`), their
/// checksums are code. Depends on the room events and on libphonenumber.
@NullMarked
package dev.tunedrop.functions.checks.personal;

import org.jspecify.annotations.NullMarked;
